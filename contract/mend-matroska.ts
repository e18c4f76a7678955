import { ByteStream } from './byte-stream.ts';
import type { ByteReader, Mending, Patch } from './mending.ts';

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
/** What ends a cluster of unknown size: seek head, info, tracks, chapters, cues, attachments, tags, the next cluster. */
const TOP_LEVEL = new Set([
  0x114d9b74,
  0x1549a966,
  0x1654ae6b,
  0x1043a770,
  0x1c53bb6b,
  0x1941a469,
  0x1254c367,
  CLUSTER,
]);
const MAX_HEADER_BYTES = 12;

interface Element {
  id: number;
  offset: number;
  /** Of the field that holds the size, and how long it is. */
  sizeOffset: number;
  sizeBytes: number;
  contentOffset: number;
  /** Undefined: it goes on until something else begins. */
  endOffset: number | undefined;
}

/** A number of Matroska (RFC 8794, 4): its length is in the leading zeros of the first byte. */
function lengthOfNumber(first: number): number {
  return first === 0 ? 9 : Math.clz32(first) - 23;
}

async function elementAt(stream: ByteStream, offset: number): Promise<Element | undefined> {
  stream.position = offset;
  const bytes = await stream.peek(MAX_HEADER_BYTES);
  const idBytes = lengthOfNumber(bytes[0] ?? 0);
  const sizeBytes = lengthOfNumber(bytes[idBytes] ?? 0);
  if (idBytes > 4 || sizeBytes > 8 || bytes.length < idBytes + sizeBytes) return undefined;
  const id = bytes.subarray(0, idBytes).reduce((value, byte) => value * 256 + byte, 0);
  const first = (bytes[idBytes] ?? 0) & (0xff >> sizeBytes);
  const rest = bytes.subarray(idBytes + 1, idBytes + sizeBytes);
  const isUnknown = first === 0xff >> sizeBytes && rest.every((byte) => byte === 0xff);
  const size = rest.reduce((value, byte) => value * 256 + byte, first);
  const contentOffset = offset + idBytes + sizeBytes;
  return {
    id,
    offset,
    sizeOffset: offset + idBytes,
    sizeBytes,
    contentOffset,
    endOffset: isUnknown ? undefined : contentOffset + size,
  };
}

/** The size of an element that ends earlier, in as many bytes as the old one. */
function sizePatch({ sizeOffset, sizeBytes, contentOffset }: Element, endOffset: number): Patch {
  const bytes = new Uint8Array(sizeBytes);
  let size = endOffset - contentOffset;
  for (let index = sizeBytes - 1; index >= 0; index -= 1) {
    bytes[index] = size % 256;
    size = Math.floor(size / 256);
  }
  bytes[0] = (bytes[0] ?? 0) | (0x80 >> (sizeBytes - 1));
  return { offset: sizeOffset, bytes };
}

/** Where the whole elements of a cluster end, and what follows; "cut" where the file ends within one. */
async function walkCluster(
  stream: ByteStream,
  cluster: Element,
  fileEnd: number,
): Promise<{ endOffset: number; isCut: boolean }> {
  let offset = cluster.contentOffset;
  const limit = Math.min(cluster.endOffset ?? fileEnd, fileEnd);
  while (offset < limit) {
    const child = await elementAt(stream, offset);
    if (child !== undefined && cluster.endOffset === undefined && TOP_LEVEL.has(child.id))
      return { endOffset: offset, isCut: false };
    if (child?.endOffset === undefined || child.endOffset > limit) return { endOffset: offset, isCut: true };
    offset = child.endOffset;
  }
  return { endOffset: offset, isCut: (cluster.endOffset ?? offset) > fileEnd };
}

/**
 * A Matroska or WebM file that ends within a cluster, or within a block of one, as one that ends after its last whole
 * block: demuxers leave the whole cluster out, which is seconds of sound, or all of a short recording.
 *
 * @returns undefined for a file that ends where its elements do.
 */
export async function mendMatroska(file: ByteReader): Promise<Mending | undefined> {
  const stream = new ByteStream(file);
  const header = await elementAt(stream, 0);
  if (header?.id !== EBML || header.endOffset === undefined) return undefined;
  const segment = await elementAt(stream, header.endOffset);
  if (segment?.id !== SEGMENT) return undefined;
  const fileEnd = file.sizeBytes;
  const isShort = (segment.endOffset ?? fileEnd) > fileEnd;
  const mending = (endBytes: number, patches: Patch[]): Mending => ({
    endBytes,
    patches: segment.endOffset === undefined ? patches : [...patches, sizePatch(segment, endBytes)],
  });
  let offset = segment.contentOffset;
  while (offset < Math.min(segment.endOffset ?? fileEnd, fileEnd)) {
    const element = await elementAt(stream, offset);
    if (element === undefined) return mending(offset, []);
    const isWhole = element.endOffset !== undefined && element.endOffset <= fileEnd;
    if (isWhole) offset = element.endOffset ?? fileEnd;
    else if (element.id !== CLUSTER) return mending(offset, []);
    else {
      const { endOffset, isCut } = await walkCluster(stream, element, fileEnd);
      const patches = element.endOffset === undefined ? [] : [sizePatch(element, endOffset)];
      if (isCut) return mending(endOffset, patches);
      offset = endOffset;
    }
  }
  return isShort ? mending(offset, []) : undefined;
}
