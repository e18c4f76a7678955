import type { SoundBytes } from './sound-bytes.ts';

const HEADER_BYTES = 64 * 1024;
/** What recorders write that do not know the length yet. */
const UNKNOWN = new Set([0, 0x7fffffff, 0xffffffff]);

/**
 * How many seconds a WAV file says that it holds; undefined for other files, and where it does not say. The
 * demuxer tells what is there instead, so that a cut file would look whole.
 */
export async function wavSeconds(file: SoundBytes): Promise<number | undefined> {
  const view = new DataView(await file.slice(0, HEADER_BYTES).arrayBuffer());
  const nameAt = (at: number) =>
    String.fromCharCode(...[0, 1, 2, 3].map((i) => (at + i < view.byteLength ? view.getUint8(at + i) : 0)));
  if (nameAt(0) !== 'RIFF' || nameAt(8) !== 'WAVE') return undefined;
  let bytesPerSecond = 0;
  for (let at = 12; at + 24 <= view.byteLength; ) {
    const sizeBytes = view.getUint32(at + 4, true);
    if (nameAt(at) === 'fmt ') bytesPerSecond = view.getUint32(at + 16, true);
    if (nameAt(at) === 'data') {
      return bytesPerSecond === 0 || UNKNOWN.has(sizeBytes) ? undefined : sizeBytes / bytesPerSecond;
    }
    at += 8 + sizeBytes + (sizeBytes % 2);
  }
  return undefined;
}
