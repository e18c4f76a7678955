import type { BitReader } from './bit-reader.ts';

/** The bytes are no FLAC frame, or a damaged one. */
export class FlacDamage extends Error {}

/** Fixed predictors of order 0 to 4 (RFC 9639, 9.2.5). */
const FIXED_COEFFICIENTS = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

/** Rice-coded differences between prediction and sound (RFC 9639, 9.2.7), added into `samples` from `order` on. */
function readResidual(bits: BitReader, samples: Float64Array, order: number): void {
  const method = bits.unsigned(2);
  if (method > 1) throw new FlacDamage('unknown residual coding');
  const parameterBits = method === 0 ? 4 : 5;
  const escapeCode = 2 ** parameterBits - 1;
  const partitionOrder = bits.unsigned(4);
  const partitionLength = samples.length >> partitionOrder;
  if (partitionLength << partitionOrder !== samples.length || partitionLength < order) {
    throw new FlacDamage('impossible partition');
  }
  for (let start = 0; start < samples.length; start += partitionLength) {
    const parameter = bits.unsigned(parameterBits);
    const end = start + partitionLength;
    const from = start === 0 ? order : start;
    if (parameter === escapeCode) {
      const width = bits.unsigned(5);
      for (let i = from; i < end; i += 1) samples[i] = bits.signed(width);
    } else {
      for (let i = from; i < end; i += 1) {
        const folded = bits.unary() * 2 ** parameter + bits.unsigned(parameter);
        samples[i] = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
      }
    }
  }
}

/** Adds the prediction from the samples before to each residual. Numbers stay below 2^53, so sums are exact. */
function restore(samples: Float64Array, coefficients: readonly number[], shift: number): void {
  const order = coefficients.length;
  const scale = 2 ** -shift;
  for (let i = order; i < samples.length; i += 1) {
    let sum = 0;
    for (let j = 0; j < order; j += 1) sum += (coefficients[j] ?? 0) * (samples[i - 1 - j] ?? 0);
    samples[i] = (samples[i] ?? 0) + Math.floor(sum * scale);
  }
}

function readPredicted(bits: BitReader, samples: Float64Array, sampleBits: number, type: number): void {
  const isLinear = type >= 32;
  const order = isLinear ? type - 31 : type - 8;
  if (order > samples.length) throw new FlacDamage('order above the block size');
  for (let i = 0; i < order; i += 1) samples[i] = bits.signed(sampleBits);
  let coefficients: readonly number[] | undefined = FIXED_COEFFICIENTS[order];
  let shift = 0;
  if (isLinear) {
    const precision = bits.unsigned(4) + 1;
    if (precision === 16) throw new FlacDamage('unknown coefficient precision');
    shift = bits.signed(5);
    if (shift < 0) throw new FlacDamage('negative shift');
    coefficients = Array.from({ length: order }, () => bits.signed(precision));
  }
  readResidual(bits, samples, order);
  restore(samples, coefficients ?? [], shift);
}

/**
 * One channel of one frame (RFC 9639, 9.2).
 *
 * @param sampleBits of this channel: one more than the sound's for a side channel.
 * @throws FlacDamage or OutOfBytes.
 */
export function readSubframe(bits: BitReader, blockSize: number, sampleBits: number): Float64Array {
  if (bits.unsigned(1) !== 0) throw new FlacDamage('no subframe');
  const type = bits.unsigned(6);
  const wastedBits = bits.unsigned(1) === 1 ? bits.unary() + 1 : 0;
  const width = sampleBits - wastedBits;
  if (width < 1) throw new FlacDamage('no bits left');
  const samples = new Float64Array(blockSize);
  if (type === 0) samples.fill(bits.signed(width));
  else if (type === 1) for (let i = 0; i < blockSize; i += 1) samples[i] = bits.signed(width);
  else if ((type >= 8 && type <= 12) || type >= 32) readPredicted(bits, samples, width, type);
  else throw new FlacDamage('unknown subframe');
  if (wastedBits > 0) for (let i = 0; i < blockSize; i += 1) samples[i] = (samples[i] ?? 0) * 2 ** wastedBits;
  return samples;
}
