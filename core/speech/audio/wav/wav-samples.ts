/** One sample from `offset` bytes on, full scale at ±1. */
type ReadSample = (view: DataView, offset: number) => number;

/** How the samples of a WAV file or of a PCM track lie in memory, little-endian. */
export type SampleLayout = 'u8' | 's8' | 's16' | 's24' | 's32' | 'f32' | 'f64' | 'alaw' | 'mulaw';

export const SAMPLE_BYTES: Readonly<Record<SampleLayout, number>> = {
  u8: 1,
  s8: 1,
  s16: 2,
  s24: 3,
  s32: 4,
  f32: 4,
  f64: 8,
  alaw: 1,
  mulaw: 1,
};

/** G.711 A-law: 13-bit sound in 8 bits, as telephone recorders in Europe write it. */
function expandALaw(coded: number): number {
  const value = coded ^ 0x55;
  const exponent = (value >> 4) & 7;
  const mantissa = value & 15;
  const magnitude = exponent === 0 ? mantissa * 16 + 8 : (mantissa * 16 + 264) << (exponent - 1);
  return (value & 0x80 ? magnitude : -magnitude) / 32_768;
}

/** G.711 mu-law, the form used in North America and Japan. */
function expandMuLaw(coded: number): number {
  const value = ~coded & 0xff;
  const magnitude = ((((value & 15) << 3) + 132) << ((value >> 4) & 7)) - 132;
  return (value & 0x80 ? -magnitude : magnitude) / 32_768;
}

const READERS: Readonly<Record<SampleLayout, ReadSample>> = {
  u8: (view, at) => (view.getUint8(at) - 128) / 128,
  s8: (view, at) => view.getInt8(at) / 128,
  s16: (view, at) => view.getInt16(at, true) / 32_768,
  s24: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65_536) / 8_388_608,
  s32: (view, at) => view.getInt32(at, true) / 2_147_483_648,
  f32: (view, at) => view.getFloat32(at, true),
  f64: (view, at) => view.getFloat64(at, true),
  alaw: (view, at) => expandALaw(view.getUint8(at)),
  mulaw: (view, at) => expandMuLaw(view.getUint8(at)),
};

/** Interleaved samples as one array a channel; a frame that is not whole at the end is left out. */
export function unpackSamples(bytes: Uint8Array, layout: SampleLayout, channelCount: number): Float32Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = READERS[layout];
  const sampleBytes = SAMPLE_BYTES[layout];
  const frameBytes = sampleBytes * channelCount;
  const frames = Math.floor(bytes.byteLength / frameBytes);
  return Array.from({ length: channelCount }, (_, channel) => {
    const samples = new Float32Array(frames);
    for (let i = 0; i < frames; i += 1) samples[i] = read(view, i * frameBytes + channel * sampleBytes);
    return samples;
  });
}
