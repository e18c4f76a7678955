import { audioFormat } from '../audio-errors.ts';
import type { AudioFile } from '../audio-file.ts';
import { MAX_RATE_HZ, MIN_RATE_HZ } from '../pcm.ts';
import { SAMPLE_BYTES, type SampleLayout } from './wav-samples.ts';

export interface WavLayout {
  layout: SampleLayout;
  channelCount: number;
  rateHz: number;
  dataOffset: number;
  dataBytes: number;
  /** True when the header promises more sound than the file has. */
  isCut: boolean;
}

interface Chunk {
  id: string;
  offset: number;
  sizeBytes: number;
}

const CHUNK_HEADER_BYTES = 8;
/** Recorders that cannot go back to the header write this or more as the size: "until the file ends". */
const STREAMED_SIZE_BYTES = 0x7fff_0000;
const MAX_CHUNKS_BEFORE_SOUND = 1_000;
const MAX_CHANNELS = 64;

const FORMAT_NAMES: Readonly<Record<number, string>> = {
  2: 'ADPCM',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG',
  85: 'MP3',
};

/** Names of chunks that are met in practice; others are believed only where the file bears them out. */
const KNOWN_CHUNKS: ReadonlySet<string> = new Set(
  (
    'fmt |data|fact|LIST|INFO|cue |plst|labl|note|ltxt|smpl|inst|bext|iXML|axml|chna|dbmd|cart|umid|PEAK|DISP|JUNK|junk|' +
    'PAD |FLLR|fllr|ds64|id3 |ID3 |levl|link|acid|strc|minf|elm1|regn|SyLp|_PMX|aXML|afsp|AFAn|MD5 |LGWV|ResU|SNDM|tlst|wavl|slnt'
  ).split('|'),
);

/** A chunk where there may be one: a known name, or one of letters and digits that begins with a letter. */
async function chunkAt(file: AudioFile, offset: number): Promise<Chunk | undefined> {
  const bytes = await file.read(offset, CHUNK_HEADER_BYTES);
  if (bytes.length < CHUNK_HEADER_BYTES) return undefined;
  const id = String.fromCharCode(...bytes.subarray(0, 4));
  const sizeBytes = new DataView(bytes.buffer).getUint32(4, true);
  const isName = KNOWN_CHUNKS.has(id) || /^[A-Za-z_][A-Za-z0-9_]{2}[A-Za-z0-9_ ]$/.test(id);
  return isName ? { id, offset, sizeBytes } : undefined;
}

/** Whether the rest of the file is chunks, one after the other: four letters alone may be sound. */
async function isChunkRow(file: AudioFile, first: Chunk): Promise<boolean> {
  let chunk: Chunk | undefined = first;
  for (let count = 0; chunk !== undefined && count < MAX_CHUNKS_BEFORE_SOUND; count += 1) {
    const end: number = chunk.offset + CHUNK_HEADER_BYTES + chunk.sizeBytes;
    // Padding may be missing at the end of the file, and what follows the last chunk may be junk of some bytes.
    if (Math.abs(file.sizeBytes - end) <= CHUNK_HEADER_BYTES) return true;
    if (end > file.sizeBytes) return false;
    chunk = (await chunkAt(file, end + (chunk.sizeBytes % 2))) ?? (await chunkAt(file, end));
  }
  return false;
}

/** The next chunk. Chunks are padded to even sizes, but not every writer knows; a known name says which it was. */
async function chunkAfter(file: AudioFile, offset: number, sizeBytes: number): Promise<Chunk | undefined> {
  const end = offset + CHUNK_HEADER_BYTES + sizeBytes;
  const padded = await chunkAt(file, end + (sizeBytes % 2));
  if (sizeBytes % 2 === 0 || (padded !== undefined && KNOWN_CHUNKS.has(padded.id))) return padded;
  const unpadded = await chunkAt(file, end);
  return unpadded !== undefined && KNOWN_CHUNKS.has(unpadded.id) ? unpadded : (padded ?? unpadded);
}

/** Whether what follows the declared sound is another chunk, and no more sound. */
async function isChunkAfter(file: AudioFile, data: Chunk, declaredBytes: number): Promise<boolean> {
  const chunk = await chunkAfter(file, data.offset, declaredBytes);
  return chunk !== undefined && (KNOWN_CHUNKS.has(chunk.id) || (await isChunkRow(file, chunk)));
}

function layoutOf(tag: number, sampleBytes: number): SampleLayout | undefined {
  if (tag === 6) return 'alaw';
  if (tag === 7) return 'mulaw';
  if (tag === 3) return ({ 4: 'f32', 8: 'f64' } as const)[sampleBytes];
  if (tag === 1) return ({ 1: 'u8', 2: 's16', 3: 's24', 4: 's32' } as const)[sampleBytes];
  return undefined;
}

/** A rate out of the world is mended from the bytes a second, which every header holds as well. */
function plausibleRateHz(rateHz: number, bytesPerSecond: number, frameBytes: number): number {
  for (const candidate of [rateHz, Math.round(bytesPerSecond / frameBytes)]) {
    if (candidate >= MIN_RATE_HZ && candidate <= MAX_RATE_HZ) return candidate;
  }
  throw audioFormat(`The WAV file's header is damaged: it says ${rateHz} samples a second.`);
}

function readFormat(bytes: Uint8Array): Pick<WavLayout, 'layout' | 'channelCount' | 'rateHz'> {
  if (bytes.length < 16) throw audioFormat("The WAV file's header is cut short.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isExtensible = view.getUint16(0, true) === 0xfffe && bytes.length >= 26;
  const tag = view.getUint16(isExtensible ? 24 : 0, true);
  const channelCount = view.getUint16(2, true);
  const bits = view.getUint16(14, true);
  if (channelCount < 1 || channelCount > MAX_CHANNELS) {
    throw audioFormat(`The WAV file's header is damaged: it says ${channelCount} channels.`);
  }
  // A sample lies in a container of whole bytes; the block size knows it better than the bits do.
  const container = view.getUint16(12, true) / channelCount;
  const leastBytes = Math.ceil(bits / 8);
  const sampleBytes = Number.isInteger(container) && container >= leastBytes ? container : leastBytes;
  const layout = layoutOf(tag, sampleBytes);
  if (layout === undefined) {
    throw audioFormat(`The WAV file holds ${FORMAT_NAMES[tag] ?? `format ${tag} with ${bits} bits`}.`);
  }
  const frameBytes = SAMPLE_BYTES[layout] * channelCount;
  return {
    layout,
    channelCount,
    rateHz: plausibleRateHz(view.getUint32(4, true), view.getUint32(8, true), frameBytes),
  };
}

/** How much sound there really is: headers are wrong whenever a recorder was killed or could not seek. */
async function measureData(file: AudioFile, data: Chunk, size64?: number) {
  const dataOffset = data.offset + CHUNK_HEADER_BYTES;
  const available = file.sizeBytes - dataOffset;
  const declared = data.sizeBytes === 0xffff_ffff && size64 ? size64 : data.sizeBytes;
  if (declared > available) {
    return { dataOffset, dataBytes: available, isCut: declared < STREAMED_SIZE_BYTES || size64 === declared };
  }
  const isRestKnown = available - declared < CHUNK_HEADER_BYTES || (await isChunkAfter(file, data, declared));
  return { dataOffset, dataBytes: isRestKnown ? declared : available, isCut: false };
}

/**
 * Reads the header of a WAV file (RIFF, RF64 or BW64) in whatever state its writer left it.
 *
 * Sources: Microsoft "Multimedia Programming Interface and Data Specifications 1.0", EBU Tech 3306 (RF64),
 * ITU-R BS.2088 (BW64).
 *
 * @throws AppError AUDIO_FORMAT when no sound can be found or its coding is not PCM, float or G.711.
 */
export async function readWavHeader(file: AudioFile): Promise<WavLayout> {
  let format: ReturnType<typeof readFormat> | undefined;
  let data: Chunk | undefined;
  let size64: number | undefined;
  let chunk = await chunkAt(file, 12);
  for (let i = 0; chunk !== undefined && i < MAX_CHUNKS_BEFORE_SOUND; i += 1) {
    const body = chunk.offset + CHUNK_HEADER_BYTES;
    if (chunk.id === 'fmt ') format = readFormat(await file.read(body, Math.min(chunk.sizeBytes, 40)));
    if (chunk.id === 'data') data = chunk;
    if (chunk.id === 'ds64') {
      const bytes = await file.read(body, 16);
      if (bytes.length === 16) size64 = Number(new DataView(bytes.buffer).getBigUint64(8, true));
    }
    if (format !== undefined && data !== undefined) {
      return { ...format, ...(await measureData(file, data, size64)) };
    }
    chunk = await chunkAfter(file, chunk.offset, chunk.sizeBytes);
  }
  throw audioFormat('The WAV file has no sound in it, or its header is damaged.');
}
