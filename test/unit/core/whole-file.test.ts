import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { safeFileName } from '../../../core/system/file-name.ts';
import { exportWhole, writeWhole } from '../../../core/system/whole-file.ts';
import { withTempDir } from '../../support/models.ts';

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half of');
  throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
}

describe('a file that is written whole or not at all', () => {
  it('takes the place of the one before', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'notes.wav');
      await writeFile(path, 'before');
      await exportWhole(path, [Buffer.from('af'), Buffer.from('ter')]);
      expect(await readFile(path, 'utf8')).toBe('after');
      await writeWhole(join(dir, 'own.json'), '{}');
      if (process.platform !== 'win32') expect((await stat(join(dir, 'own.json'))).mode & 0o77).toBe(0);
      expect((await readdir(dir)).sort()).toEqual(['notes.wav', 'own.json']);
    });
  });

  it('that cannot be finished leaves the one before, and nothing else', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'notes.wav');
      await writeFile(path, 'before');
      await expect(exportWhole(path, broken())).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(await readFile(path, 'utf8')).toBe('before');
      expect(await readdir(dir)).toEqual(['notes.wav']);
    });
  });
});

describe('the name of a file', () => {
  it.each([
    ['Recording, Nov 24, 5:14 AM', 'Recording, Nov 24, 5 14 AM.wav'],
    ['../../etc/passwd', 'etc passwd.wav'],
    ['a/b\\c', 'a b c.wav'],
    ['  . ', 'recording.wav'],
    ['nul\0tab\t', 'nul tab.wav'],
    ['x'.repeat(500), `${'x'.repeat(120)}.wav`],
  ])('of %j is one that every system takes', (title, name) => {
    expect(safeFileName(title, 'recording', 'wav')).toBe(name);
  });
});
