import { expect, it } from 'vitest';
import { fromSafeMessage, toSafeMessage } from '../../../core/safe-messages.ts';

it.each([
  ['samples', Float32Array.of(0, -1, 0.25)],
  ['an outline', Int8Array.of(-127, 0, 127)],
  ['bytes', Uint8Array.of(0, 255)],
  ['nothing', new Float32Array()],
])('brings %s across as they were', (_, value) => {
  const message = { requestId: 1, event: { value, text: 'a "quoted" line\n' } };
  const there = fromSafeMessage(structuredClone(toSafeMessage(message)));
  expect(there).toEqual(message);
});

it('takes bytes that begin anywhere in their memory, and a Buffer as bytes', () => {
  const part = Float32Array.of(9, 1, 2).subarray(1);
  expect(fromSafeMessage(toSafeMessage({ part }))).toEqual({ part: Float32Array.of(1, 2) });
  expect(fromSafeMessage(toSafeMessage({ bytes: Buffer.from('ab') }))).toEqual({
    bytes: Uint8Array.of(97, 98),
  });
});
