import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AudioSource, openAudio } from '../../core/speech/audio/audio-source.ts';

/** A tone at half of full scale. */
export function tone(frequencyHz: number, rateHz: number, seconds: number, amplitude = 0.5): Float32Array {
  return Float32Array.from(
    { length: Math.round(rateHz * seconds) },
    (_, i) => amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / rateHz),
  );
}

/** Amplitude at one frequency (Goertzel's sum over whole samples), 1 for a tone at full scale. */
export function amplitudeAt(samples: Float32Array, frequencyHz: number, rateHz = 16_000): number {
  let [real, imaginary] = [0, 0];
  samples.forEach((sample, i) => {
    const angle = (2 * Math.PI * frequencyHz * i) / rateHz;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
  });
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}

/** Root of the mean square. */
export function loudness(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

export const toDb = (ratio: number): number => 20 * Math.log10(ratio);

type Coding = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64';

interface WavOptions {
  coding?: Coding;
  rateHz?: number;
  /** Overrides for headers that lie. */
  headerRateHz?: number;
  dataSize?: number;
  bytesPerSecond?: number;
  isExtensible?: boolean;
  riff?: 'RIFF' | 'RF64' | 'BW64';
  /** Chunks in front of the sound, without padding when `isPadded` is false. */
  before?: [id: string, body: Uint8Array][];
  after?: Uint8Array;
  isPadded?: boolean;
}

const CODINGS: Record<
  Coding,
  { tag: number; bytes: number; write: (view: Buffer, at: number, x: number) => void }
> = {
  u8: { tag: 1, bytes: 1, write: (view, at, x) => view.writeUInt8(Math.round(x * 127) + 128, at) },
  s16: { tag: 1, bytes: 2, write: (view, at, x) => view.writeInt16LE(Math.round(x * 32_767), at) },
  s24: { tag: 1, bytes: 3, write: (view, at, x) => view.writeIntLE(Math.round(x * 8_388_607), at, 3) },
  s32: { tag: 1, bytes: 4, write: (view, at, x) => view.writeInt32LE(Math.round(x * 2_147_483_647), at) },
  f32: { tag: 3, bytes: 4, write: (view, at, x) => view.writeFloatLE(x, at) },
  f64: { tag: 3, bytes: 8, write: (view, at, x) => view.writeDoubleLE(x, at) },
};

function chunk(id: string, body: Uint8Array, size = body.length, isPadded = true): Buffer {
  const header = Buffer.alloc(8);
  header.write(id, 'latin1');
  header.writeUInt32LE(size, 4);
  return Buffer.concat([header, body, Buffer.alloc(isPadded ? body.length % 2 : 0)]);
}

function formatChunk(channelCount: number, options: WavOptions): Buffer {
  const { tag, bytes } = CODINGS[options.coding ?? 's16'];
  const rateHz = options.rateHz ?? 16_000;
  const body = Buffer.alloc(options.isExtensible ? 40 : 16);
  body.writeUInt16LE(options.isExtensible ? 0xfffe : tag, 0);
  body.writeUInt16LE(channelCount, 2);
  body.writeUInt32LE(options.headerRateHz ?? rateHz, 4);
  body.writeUInt32LE(options.bytesPerSecond ?? rateHz * bytes * channelCount, 8);
  body.writeUInt16LE(bytes * channelCount, 12);
  body.writeUInt16LE(bytes * 8, 14);
  if (options.isExtensible) {
    body.writeUInt16LE(22, 16);
    body.writeUInt16LE(bytes * 8, 18);
    body.writeUInt16LE(tag, 24);
  }
  return chunk('fmt ', body);
}

/** A WAV file as recorders write it, or as they should not. */
export function encodeWav(channels: Float32Array[], options: WavOptions = {}): Buffer {
  const { bytes, write } = CODINGS[options.coding ?? 's16'];
  const frames = channels[0]?.length ?? 0;
  const data = Buffer.alloc(frames * channels.length * bytes);
  for (let i = 0; i < frames; i += 1) {
    channels.forEach((channel, c) => {
      write(data, (i * channels.length + c) * bytes, channel[i] ?? 0);
    });
  }
  const riff = options.riff ?? 'RIFF';
  const ds64 = Buffer.alloc(28);
  ds64.writeBigUInt64LE(BigInt(data.length), 8);
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    ...(riff === 'RIFF' ? [] : [chunk('ds64', ds64)]),
    ...(options.before ?? []).map(([id, content]) => chunk(id, content, content.length, options.isPadded)),
    formatChunk(channels.length, options),
    chunk('data', data, riff === 'RIFF' ? options.dataSize : 0xffff_ffff, false),
    options.after ?? Buffer.alloc(0),
  ]);
  const header = Buffer.alloc(8);
  header.write(riff, 'latin1');
  header.writeUInt32LE(riff === 'RIFF' ? body.length : 0xffff_ffff, 4);
  return Buffer.concat([header, body]);
}

const folder = mkdtempSync(join(tmpdir(), 'sotto-sound-'));
let fileCount = 0;

/** @returns the path of a new file. */
export function saveSound(bytes: Uint8Array, name = 'sound.bin'): string {
  fileCount += 1;
  const path = join(folder, `${fileCount}-${name}`);
  writeFileSync(path, bytes);
  return path;
}

/** A whole file as one array, for tests only. */
export async function readSound(path: string): Promise<{ samples: Float32Array; source: AudioSource }> {
  const source = await openAudio(path, new AbortController().signal);
  const chunks: Float32Array[] = [];
  for await (const piece of source.chunks()) chunks.push(piece);
  const samples = new Float32Array(chunks.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of chunks) {
    samples.set(piece, at);
    at += piece.length;
  }
  return { samples, source };
}

export const soundFixture = (name: string): string => join(import.meta.dirname, '../fixtures/audio', name);
/** The sound of a WAV file of Sotto's own: 16 bit, mono, 44 bytes of header. */
export function readWav(bytes: Buffer): Float32Array {
  const count = (bytes.length - 44) / 2;
  return Float32Array.from({ length: count }, (_, i) => bytes.readInt16LE(44 + 2 * i) / 32_768);
}
