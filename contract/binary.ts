import { z } from 'zod';

/** By name, not by instanceof: an array that came from another realm (a page's, a preload script's) is one as well. */
function typedArray<T>(name: string) {
  return z.custom<T>((value) => Object.prototype.toString.call(value) === `[object ${name}]`);
}

export const float32ArraySchema = typedArray<Float32Array>('Float32Array');
export const int8ArraySchema = typedArray<Int8Array>('Int8Array');
export const uint8ArraySchema = typedArray<Uint8Array>('Uint8Array');
