import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mediaInputSchema } from '../../../contract/media.ts';
import { isPictureSizeFit, readPictureSize } from '../../../contract/picture-size.ts';
import { HEADS } from '../../support/picture-bombs.ts';

describe.each(Object.entries(HEADS))('the size of a picture: %s', (_, head) => {
  it.each([
    [1, 1],
    [640, 480],
    [12_000, 9_000],
    [60_000, 60_000],
    [1, 65_535],
  ])('%i x %i is read from how the file begins', (width, height) => {
    expect(readPictureSize(head(width, height))).toEqual({ width, height });
  });

  it('is unknown where the file ends before it, and never an exception', () => {
    const whole = head(640, 480);
    for (let length = 0; length < whole.length; length += whole.length > 1000 ? 97 : 1) {
      const size = readPictureSize(whole.subarray(0, length));
      if (size !== undefined) expect(size.width).toBeLessThanOrEqual(640);
    }
  });

  it('does not hang or throw, whatever is broken in the file', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const broken = Buffer.from(head(640, 480));
        for (const [at, byte] of changes) if (at < broken.length) broken[at] = byte;
        readPictureSize(broken);
      }),
    );
  });
});

describe('a picture that claims a monstrous size', () => {
  it('does not fit, nor does one without a pixel; a large photograph does', () => {
    const fits = (width: number, height: number) => isPictureSizeFit({ width, height });
    expect([fits(60_000, 60_000), fits(4_294_967_295, 1), fits(0, 10), fits(10, 0)]).toEqual(
      Array(4).fill(false),
    );
    expect([fits(12_000, 9_000), fits(1, 65_535)]).toEqual([true, true]);
  });

  it.each([
    ['image/png', 'png'],
    ['image/jpeg', 'jpeg'],
  ] as const)('is not taken by core, wherever it comes from: %s', (type, kind) => {
    const isTaken = (width: number, height: number) => {
      const bytes = new Uint8Array(HEADS[kind]?.(width, height) ?? []);
      return mediaInputSchema.safeParse({ name: 'a', type, bytes }).success;
    };
    expect([isTaken(640, 480), isTaken(60_000, 60_000), isTaken(0, 480)]).toEqual([true, false, false]);
  });
});
