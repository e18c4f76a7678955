import { readFile, writeFile } from 'node:fs/promises';

/** Bytes looked at together: so many of packed 4-bit weights have most values; names have fewer, 8-bit weights more. */
const WINDOW = 1024;
const [LEAST_VALUES, MOST_VALUES] = [185, 215];

/**
 * The same 4-bit model with its weights a little off: within the large layers, the lowest bit of every fourth byte's weights is
 * turned. A gate that was never seen to fail proves nothing.
 *
 * @param {Buffer} bytes of a `.litertlm`
 * @returns {Buffer} a copy; the same bytes where there are no such layers
 */
export function withDrift(bytes) {
  const copy = Buffer.from(bytes);
  const isDense = (at) => {
    const { size } = new Set(bytes.subarray(at, at + WINDOW));
    return size >= LEAST_VALUES && size <= MOST_VALUES;
  };
  for (let at = 2 * WINDOW; at + 3 * WINDOW <= copy.length; at += WINDOW) {
    // Well inside: what stands around a layer is left alone.
    if (![-2, -1, 0, 1, 2].every((step) => isDense(at + step * WINDOW))) continue;
    for (let i = 0; i < WINDOW; i += 4) copy[at + i] ^= 0x11;
  }
  return copy;
}

/** Writes a drifted copy of a file. */
export async function plantDrift(file, out) {
  await writeFile(out, withDrift(await readFile(file)));
  return out;
}
