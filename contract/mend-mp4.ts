import type { ByteReader, Mending } from './mending.ts';

const HEADER_BYTES = 16;
const MAX_BOXES = 1_000_000;

/**
 * An MP4 or QuickTime file that ends within a box, as one that ends before it; where that box holds the sound, as one
 * of full length, so that the samples before the end can be found.
 *
 * @returns undefined for a file that ends where its boxes do.
 */
export async function mendMp4(file: ByteReader): Promise<Mending | undefined> {
  const fileEnd = file.sizeBytes;
  let offset = 0;
  for (let count = 0; count < MAX_BOXES && offset < fileEnd; count += 1) {
    const header = await file.read(offset, HEADER_BYTES);
    if (header.length < 8) return { endBytes: offset };
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    const name = String.fromCharCode(...header.subarray(4, 8));
    const size32 = view.getUint32(0);
    if (size32 === 1 && header.length < HEADER_BYTES) return { endBytes: offset };
    const sizeBytes = size32 === 1 ? Number(view.getBigUint64(8)) : size32;
    // Until the file ends, or nothing that could be a box.
    if (sizeBytes === 0 || sizeBytes < 8) return undefined;
    if (offset + sizeBytes > fileEnd) {
      return name === 'mdat'
        ? { endBytes: fileEnd, paddedToBytes: offset + sizeBytes }
        : { endBytes: offset };
    }
    offset += sizeBytes;
  }
  return undefined;
}
