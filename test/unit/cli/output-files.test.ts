import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planFiles } from '../../../cli/output-files.ts';
import { toWriteError } from '../../../core/system/file-errors.ts';
import { exportWhole } from '../../../core/system/whole-file.ts';
import { withTempDir } from '../../support/models.ts';

describe('files that are to be written', () => {
  it('are let through where each can be written and replaces nothing that is read', async () => {
    await withTempDir(async (dir) => {
      await writeFile(join(dir, 'old.txt'), 'old');
      await planFiles([join(dir, 'old.txt'), join(dir, 'new.txt')], [join(dir, 'sound.wav')]);
    });
  });

  it('are refused before any work where they cannot be written', async () => {
    await withTempDir(async (dir) => {
      await mkdir(join(dir, 'folder'));
      await writeFile(join(dir, 'file'), '');
      for (const path of ['nowhere/x.txt', 'folder', 'file/x.txt', 'new/', `${'x'.repeat(300)}.txt`])
        await expect(planFiles([`${dir}/${path}`]), path).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
      await expect(planFiles(['/dev/null'])).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    });
  });

  it('are refused where one would replace another, or what is read, by whatever path', async () => {
    await withTempDir(async (dir) => {
      await mkdir(join(dir, 'a'));
      await symlink(join(dir, 'a'), join(dir, 'b'));
      await writeFile(join(dir, 'a', 'sound.wav'), '');
      const refused = { code: 'PARAM_RANGE' };
      await expect(planFiles([join(dir, 'a', 'x.txt'), join(dir, 'b', 'x.txt')])).rejects.toMatchObject(
        refused,
      );
      await expect(
        planFiles([join(dir, 'b', 'sound.wav')], [join(dir, 'a', 'sound.wav')]),
      ).rejects.toMatchObject(refused);
    });
  });
});

it('a file is exported to no link, wherever that leads, and to no device', async () => {
  await withTempDir(async (dir) => {
    const links = { file: join(dir, 'real.txt'), nothing: join(dir, 'gone.txt'), device: '/dev/null' };
    await writeFile(links.file, 'before');
    for (const [name, target] of Object.entries(links)) {
      const link = join(dir, name);
      await symlink(target, link);
      const refused = { code: 'FILE_UNWRITABLE', message: expect.stringContaining('symbolic link') };
      await expect(planFiles([link])).rejects.toMatchObject(refused);
      const failure = await exportWhole(link, [Buffer.from('after')]).catch(toWriteError);
      expect(failure).toMatchObject(refused);
    }
    expect(await readFile(links.file, 'utf8')).toBe('before');
    await expect(exportWhole('/dev/null', [])).rejects.toMatchObject({ code: 'ENOTFILE' });
  });
});
