import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { float32ArraySchema, int8ArraySchema, uint8ArraySchema } from '../../../contract/binary.ts';

describe.each([
  ['Float32Array', float32ArraySchema],
  ['Int8Array', int8ArraySchema],
  ['Uint8Array', uint8ArraySchema],
])('%s', (name, schema) => {
  it('is taken from this realm and from another', () => {
    const foreign: unknown = runInNewContext(`new ${name}([1, 2])`);
    const own: unknown = new globalThis[name as 'Float32Array']([1, 2]);
    expect([foreign, own].map((value) => schema.safeParse(value).success)).toEqual([true, true]);
  });

  it('is nothing else', () => {
    const others = [[1, 2], new Float64Array(2), new ArrayBuffer(2), `[object ${name}]`, null, undefined];
    expect(others.filter((value) => schema.safeParse(value).success)).toEqual([]);
  });
});
