import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPictures } from '../../../cli/read-pictures.ts';
import { HEADS, pngOf } from '../../support/picture-bombs.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sotto-read-pictures-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const jpegOf = (width: number, height: number) => HEADS.jpeg?.(width, height) ?? Buffer.alloc(0);

async function read(bytes: Uint8Array): Promise<unknown> {
  const path = join(dir, 'picture');
  await writeFile(path, bytes);
  return readPictures([path]).catch((error: unknown) => error);
}

it.each([
  ['a PNG of 60,000 x 60,000 in a few bytes', pngOf(60_000, 60_000, 1), 'too many pixels (60000 x 60000)'],
  ['a JPEG that claims as much', jpegOf(60_000, 60_000), 'too many pixels'],
  ['a PNG without a pixel', pngOf(0, 480), 'has no pixels'],
  ['a JPEG without a pixel', jpegOf(640, 0), 'has no pixels'],
  ['a PNG cut in its header', pngOf(8, 8).subarray(0, 20), 'is not whole'],
  [
    'a JPEG that ends before its frame',
    Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xd9]),
    'is not whole',
  ],
])('%s is refused before a model gets it', async (_, bytes, said) => {
  expect(await read(bytes)).toMatchObject({
    code: 'MEDIA_UNREADABLE',
    message: expect.stringContaining(said),
  });
});

it('a picture of a usual size is taken as it lies there', async () => {
  expect(await read(pngOf(640, 480))).toMatchObject([{ type: 'image/png', name: 'picture' }]);
});
