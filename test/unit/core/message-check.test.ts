import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainMessage } from '../../../core/message-check.ts';
import { fromSafeMessage, toSafeMessage } from '../../../core/safe-messages.ts';

const circle: Record<string, unknown> = {};
circle.self = { circle };

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let i = 0; i < depth; i += 1) value = [value];
  return value;
}

/** Every step doubles what it stands for. */
function doubling(steps: number): unknown {
  let value: unknown = 'x';
  for (let i = 0; i < steps; i += 1) value = [value, value];
  return value;
}

describe('a message over a border', () => {
  it.each<[string, unknown]>([
    ['a BigInt', { n: 10n }],
    ['a circle', circle],
    ['ten thousand levels', nested(10_000)],
    ['what doubles with every level', doubling(30)],
    ['four billion holes', { list: Object.assign([], { length: 2 ** 32 - 1 }) }],
    ['half a gigabyte', { text: 'x'.repeat(2 ** 28), more: 'y'.repeat(2 ** 28), rest: 'z' }],
    ['a Map', new Map([['a', 1]])],
    ['a date', new Date()],
    ['a function', { run: () => 1 }],
    ['a symbol', { one: Symbol('one') }],
    ['an error', new Error('one')],
    ['an ArrayBuffer', new ArrayBuffer(8)],
  ])('is refused when it has %s', (_what, value) => {
    expect(isPlainMessage(value)).toBe(false);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['plain data', { a: [1, 'two', true, null, undefined, { b: Number.NaN }] }],
    [
      'samples and bytes',
      { sound: new Float32Array(16_000), bytes: new Uint8Array(9), peaks: new Int8Array(3) },
    ],
    [
      'a transcript of a working day',
      { words: Array.from({ length: 80_000 }, (_, i) => ({ i, text: 'word' })) },
    ],
  ])('is taken when it is %s', (_what, value) => {
    expect(isPlainMessage(value)).toBe(true);
  });

  it('comes across as it was, also when it looks like a tagged binary', () => {
    const tagged = fc.record({
      $binary: fc.oneof(fc.string(), fc.constant('Float32Array')),
      base64: fc.string(),
    });
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom('$binary', '$$binary', '$', '__proto__', 'toJSON', 'constructor'),
    );
    const value = fc.oneof(fc.jsonValue(), tagged, fc.dictionary(key, fc.oneof(fc.string(), tagged)));
    fc.assert(
      fc.property(value, (message) => {
        const there = fromSafeMessage(toSafeMessage({ message })) as { message: unknown };
        expect(JSON.stringify(there.message)).toBe(JSON.stringify(message));
      }),
    );
  });

  it('pollutes no prototype', () => {
    fromSafeMessage({ json: '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}' });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
