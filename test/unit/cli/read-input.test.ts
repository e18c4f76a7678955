import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readLines } from '../../../cli/read-input.ts';
import { MESSAGE_LIMIT_CHARS } from '../../../contract/limits.ts';
import { AppError } from '../../../core/errors.ts';

async function linesOf(...chunks: Buffer[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(Readable.from(chunks, { objectMode: true })))
    lines.push(line instanceof AppError ? `(${line.code})` : line);
  return lines;
}

it('lines are read wherever their bytes are cut, and one that is no UTF-8 is refused alone', async () => {
  const bytes = Buffer.concat([
    Buffer.from('café\r\n\n  \ncaf'),
    Buffer.from([0xe9]),
    Buffer.from('\n日本\nlast'),
  ]);
  const wanted = ['café', '(TEXT_INVALID)', '日本', 'last'];
  expect(await linesOf(bytes)).toEqual(wanted);
  expect(await linesOf(...[...bytes].map((byte) => Buffer.from([byte])))).toEqual(wanted);
});

it('a line without an end is refused, and not kept', async () => {
  const piece = Buffer.alloc(1 << 20, 'x');
  const count = Math.ceil((MESSAGE_LIMIT_CHARS * 4) / piece.length) + 1;
  expect(await linesOf(...Array(count).fill(piece), Buffer.from('\nnext\n'))).toEqual([
    '(TEXT_TOO_LONG)',
    'next',
  ]);
});

it('a line that goes on for ever ends the reading, with a refusal', async () => {
  const piece = Buffer.alloc(1 << 20);
  const endless = Readable.from(
    (function* () {
      for (;;) yield piece;
    })(),
  );
  const lines: unknown[] = [];
  for await (const line of readLines(endless)) lines.push(line);
  expect(lines).toMatchObject([{ code: 'TEXT_TOO_LONG' }]);
});
