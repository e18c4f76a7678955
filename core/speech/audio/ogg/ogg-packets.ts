import { ByteStream } from '../../../../contract/byte-stream.ts';
import type { AudioFile } from '../audio-file.ts';
import type { Ending } from '../pcm.ts';

/** One page's share of one logical stream (RFC 3533, section 6). */
export interface OggPage {
  serial: number;
  /** First page of its logical stream. */
  isFirst: boolean;
  /** Position that the codec gives to the end of this page; -1 when no packet ends on it. */
  granule: number;
  /** Packets that end on this page, put together from this page and those before. */
  packets: Uint8Array[];
}

const HEADER_BYTES = 27;
const MARK = [0x4f, 0x67, 0x67, 0x53];
const MAX_PAGE_BYTES = HEADER_BYTES + 255 + 255 * 255;
/** A packet is far smaller; one that never ends is damage. */
const MAX_PACKET_BYTES = 4 * 1024 * 1024;

function findMark(bytes: Uint8Array): number | undefined {
  for (let at = bytes.indexOf(0x4f); at >= 0; at = bytes.indexOf(0x4f, at + 1)) {
    if (MARK.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return undefined;
}

/** Joins packets that go over several pages, one logical stream at a time. */
class PacketJoiner {
  readonly #open = new Map<number, Uint8Array>();

  /** @param body may end early, where the file does: packets that are whole still count. */
  join(serial: number, isContinued: boolean, segments: Uint8Array, body: Uint8Array): Uint8Array[] {
    const packets: Uint8Array[] = [];
    let pending = isContinued ? this.#open.get(serial) : new Uint8Array(0);
    let [start, end] = [0, 0];
    for (const length of segments) {
      end += length;
      if (end > body.length) return packets;
      if (length === 255) continue;
      // When the beginning of a continued packet is lost, its end alone is of no use.
      if (pending !== undefined) packets.push(Buffer.concat([pending, body.subarray(start, end)]));
      pending = new Uint8Array(0);
      start = end;
    }
    const rest = Buffer.concat([pending ?? new Uint8Array(0), body.subarray(start, end)]);
    if (pending !== undefined && rest.length < MAX_PACKET_BYTES) this.#open.set(serial, rest);
    else this.#open.delete(serial);
    return packets;
  }
}

/** Moves to the next page; false when there is none. */
async function seekPage(stream: ByteStream): Promise<boolean> {
  while (stream.remainingBytes >= HEADER_BYTES) {
    const bytes = await stream.peek(MAX_PAGE_BYTES);
    const mark = findMark(bytes);
    // Three bytes stay, as a mark may begin with them.
    stream.position += mark ?? Math.max(1, bytes.length - 3);
    if (mark !== undefined) return stream.remainingBytes >= HEADER_BYTES;
  }
  return false;
}

/** Pages of an Ogg file in order; junk between them is skipped. Returns whether the last page was whole. */
export async function* readOggPages(file: AudioFile, offset = 0): AsyncGenerator<OggPage, Ending, void> {
  const stream = new ByteStream(file, offset);
  const joiner = new PacketJoiner();
  while (await seekPage(stream)) {
    const bytes = await stream.peek(MAX_PAGE_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
    const bodyStart = HEADER_BYTES + view.getUint8(26);
    const segments = bytes.slice(HEADER_BYTES, bodyStart);
    const pageBytes = bodyStart + segments.reduce((sum, length) => sum + length, 0);
    const flags = view.getUint8(5);
    const serial = view.getUint32(14, true);
    const page = {
      serial,
      isFirst: (flags & 2) !== 0,
      granule: Number(view.getBigInt64(6, true)),
      packets: joiner.join(serial, (flags & 1) !== 0, segments, bytes.subarray(bodyStart, pageBytes)),
    };
    stream.position += pageBytes;
    yield page;
    if (bytes.length < pageBytes) return 'cut';
  }
  return 'whole';
}

/** The last granule position of a logical stream, from the end of the file alone. */
export async function readLastGranule(file: AudioFile, serial: number): Promise<number | undefined> {
  let last: number | undefined;
  for await (const page of readOggPages(file, Math.max(0, file.sizeBytes - 2 * MAX_PAGE_BYTES))) {
    if (page.serial === serial && page.granule >= 0) last = page.granule;
  }
  return last;
}
