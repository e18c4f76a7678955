import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readContainer } from '../../core/models/container/container.ts';
import { runCli } from '../support/run-cli.ts';
import { TINY_GEMMA } from '../support/tiny-gemma.ts';
import { imagePath, SEEN, TINY_VISION } from '../support/tiny-vision.ts';

describe('a model that takes pictures', () => {
  let dir: string;
  const chat = (...args: string[]) =>
    runCli(['chat', '--temperature', '0', ...args], {
      env: { SOTTO_DATA_DIR: join(dir, 'data'), SOTTO_CACHE_DIR: join(dir, 'cache') },
    });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sotto-pictures-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('is known by its parts', async () => {
    expect((await readContainer(TINY_VISION)).media).toEqual(['image']);
    expect((await readContainer(TINY_GEMMA)).media).toEqual([]);
  });

  it.each(Object.entries(SEEN))('says what is in %s', async (name, told) => {
    for (const { question, answer } of told) {
      const { stdout, stderr } = await chat(
        '--model',
        TINY_VISION,
        '--image',
        imagePath(name),
        '--',
        question,
      );
      expect([question, stdout.trim(), stderr]).toEqual([question, answer, '']);
    }
  });

  it('is not asked where it cannot see, or where a file is no picture, and says so', async () => {
    const red = imagePath('red-circle.png');
    const text = join(dir, 'text.png');
    await writeFile(text, 'no picture');
    const cut = join(dir, 'cut.png');
    await writeFile(cut, (await readFile(red)).subarray(0, 200));
    const half = join(dir, 'half.jpg');
    await writeFile(half, (await readFile(imagePath('blue-square.jpg'))).subarray(0, 1500));
    const cases: Array<[string[], number, string]> = [
      [['--model', TINY_GEMMA, '--image', red], 4, 'MEDIA_UNSUPPORTED'],
      [['--model', TINY_VISION, '--image', text], 3, 'MEDIA_UNREADABLE'],
      [['--model', TINY_VISION, '--image', join(dir, 'none.png')], 3, 'MEDIA_UNREADABLE'],
      [['--model', TINY_VISION, '--image', red, red, red, red, red], 2, 'PARAM_RANGE'],
      [['--model', TINY_VISION, '--image', cut], 3, 'MEDIA_UNREADABLE'],
      [['--model', TINY_VISION, '--image', half], 3, 'MEDIA_UNREADABLE'],
    ];
    for (const [args, status, code] of cases) {
      const result = await chat(...args, '--', 'What is in this picture?');
      expect([code, result.status, result.stdout]).toEqual([code, status, '']);
      expect(result.stderr).toContain(`(${code})`);
    }
  });
});
