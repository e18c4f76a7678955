import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPieces } from '../../../../core/speech/pieces.ts';
import { readAhead } from '../../../../core/speech/read-ahead.ts';
import { createSampleBuffer } from '../../../../core/speech/sample-buffer.ts';

async function* from<T>(items: T[]): AsyncGenerator<T> {
  yield* items;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const result = [];
  for await (const item of items) result.push(item);
  return result;
}

const ramp = (length: number, first = 0) => Float32Array.from({ length }, (_, index) => first + index);

describe('inPieces', () => {
  it('gives the same samples in pieces of one length, however they came', async () => {
    const chunkLengths = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(chunkLengths, fc.integer({ min: 1, max: 30 }), async (lengths, length) => {
        let at = 0;
        const chunks = lengths.map((count) => {
          at += count;
          return ramp(count, at - count);
        });
        const pieces = await all(inPieces(from(chunks), length));
        expect(pieces.flatMap((piece) => [...piece])).toEqual([...ramp(at)]);
        expect(pieces.slice(0, -1).every((piece) => piece.length === length)).toBe(true);
      }),
    );
  });
});

describe('readAhead', () => {
  it('gives every item once and in order', async () => {
    expect(await all(readAhead(from([1, 2, 3, 4, 5]), 3))).toEqual([1, 2, 3, 4, 5]);
    expect(await all(readAhead(from([]), 3))).toEqual([]);
  });

  it('asks for the next items while one is used', async () => {
    const made: number[] = [];
    const source = async function* () {
      for (let index = 0; index < 9; index += 1) {
        made.push(index);
        yield index;
      }
    };
    for await (const item of readAhead(source(), 3)) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (item === 0) expect(made.length).toBeGreaterThanOrEqual(3);
      expect(made.length).toBeLessThanOrEqual(item + 5);
    }
  });

  it('fails where the item would have come, not before', async () => {
    const source = async function* () {
      yield 1;
      yield 2;
      throw new Error('cut');
    };
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const item of readAhead(source(), 4)) seen.push(item);
      })(),
    ).rejects.toThrow('cut');
    expect(seen).toEqual([1, 2]);
  });
});

describe('createSampleBuffer', () => {
  it('copies what lies between two times, as long as it has not been dropped', () => {
    const buffer = createSampleBuffer();
    for (let second = 0; second < 5; second += 1) buffer.add(ramp(16_000, second * 16_000));
    expect(buffer.totalMs).toBe(5000);
    expect([...buffer.copy(1500, 1501)]).toEqual([...ramp(16, 24_000)]);
    expect(buffer.copy(900, 2100).length).toBe(1200 * 16);
    buffer.dropBefore(2500);
    // Whole chunks are dropped, so what a window still needs is there.
    expect(buffer.copy(2500, 5000)[0]).toBe(40_000);
    expect(buffer.copy(0, 1000).length).toBe(0);
    expect(buffer.copy(4000, 9000).length).toBe(16_000);
  });
});
