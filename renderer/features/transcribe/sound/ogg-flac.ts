import { joined, type SoundBytes } from './sound-bytes.ts';

/** Of an Ogg page, up to its table of segments (RFC 3533, 6). */
const PAGE_HEADER_BYTES = 27;
/** Before the STREAMINFO of FLAC in Ogg lie its mark, version and number of headers (RFC 9639, 10.1). */
const MAPPING_BYTES = 9;
const FIRST_PAGE = 0x02;
/** Read at once while pages are looked for. */
const LOOK_BYTES = 4 * 1024 * 1024;
const LONGEST_PAGE_BYTES = PAGE_HEADER_BYTES + 255 + 255 * 255;

/**
 * FLAC in Ogg as plain FLAC, which the demuxer knows; undefined for any other file. The packets of both are the same, so
 * the parts of the file are only named anew: nothing is copied.
 */
export async function flacOfOgg(file: SoundBytes): Promise<SoundBytes | undefined> {
  const start = new Uint8Array(await file.slice(0, 64).arrayBuffer());
  if (text(start, 0, 4) !== 'OggS' || text(start, PAGE_HEADER_BYTES + 2, 4) !== 'FLAC') return undefined;
  const parts: SoundBytes[] = [];
  let serial: number | undefined;
  for await (const page of readPages(file)) {
    if (serial === undefined) {
      serial = page.serial;
      parts.push(file.slice(page.begin + MAPPING_BYTES, page.end));
      continue;
    }
    // A second stream after the first (joined files) has headers of its own, which FLAC does not allow in its middle.
    if (page.isFirst) break;
    if (page.serial === serial) parts.push(file.slice(page.begin, page.end));
  }
  return joined(parts);
}

interface Page {
  serial: number;
  isFirst: boolean;
  /** Of what it carries, in the file. */
  begin: number;
  end: number;
}

/** Pages in order, to the end of the file or to damage. */
async function* readPages(file: SoundBytes): AsyncGenerator<Page, void, void> {
  let bytes = new Uint8Array(0);
  let bytesAt = 0;
  for (let at = 0; at + PAGE_HEADER_BYTES <= file.size; ) {
    if (at < bytesAt || at + LONGEST_PAGE_BYTES > bytesAt + bytes.length) {
      bytes = new Uint8Array(await file.slice(at, at + LOOK_BYTES).arrayBuffer());
      bytesAt = at;
    }
    const page = bytes.subarray(at - bytesAt);
    if (page.length < PAGE_HEADER_BYTES || text(page, 0, 4) !== 'OggS') return;
    const segments = page[26] ?? 0;
    const begin = at + PAGE_HEADER_BYTES + segments;
    const lengths = page.subarray(PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + segments);
    const end = begin + lengths.reduce((sum, length) => sum + length, 0);
    if (end > file.size) return;
    const serial = new DataView(page.buffer, page.byteOffset).getUint32(14, true);
    yield { serial, isFirst: ((page[5] ?? 0) & FIRST_PAGE) !== 0, begin, end };
    at = end;
  }
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
