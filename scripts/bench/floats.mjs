import { readFile } from 'node:fs/promises';

/** A file of 32-bit floats, little-endian. */
export async function readFloats(path) {
  const { buffer, byteOffset, length } = await readFile(path);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + length));
}
