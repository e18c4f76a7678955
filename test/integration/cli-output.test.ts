import { spawn } from 'node:child_process';
import { copyFile, mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withTempDir } from '../support/models.ts';
import { ROOT, runCli } from '../support/run-cli.ts';

const SOUND = join(ROOT, 'test', 'native', 'fixtures', 'speech', 'amiable.wav');
const CLI = join(ROOT, 'out', 'main', 'cli.cjs');

/** Runs the client with its standard output or error written to a file of the system. */
async function runInto(args: string[], stream: 'stdout' | 'stderr', path: string) {
  const target = await open(path, 'w');
  const stdio: Array<'ignore' | 'pipe' | number> =
    stream === 'stdout' ? ['ignore', target.fd, 'pipe'] : ['ignore', 'pipe', target.fd];
  const child = spawn(process.execPath, [CLI, ...args], { stdio });
  let text = '';
  (stream === 'stdout' ? child.stderr : child.stdout)?.setEncoding('utf8').on('data', (piece) => {
    text += piece;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  await target.close();
  return { status, text };
}

describe('what the terminal writes', () => {
  it('to a place that cannot be written is refused before anything is heard', async () => {
    await withTempDir(async (dir) => {
      await mkdir(join(dir, 'folder'));
      await copyFile(SOUND, join(dir, 'a.wav'));
      await copyFile(SOUND, join(dir, 'a.b.wav'));
      await copyFile(SOUND, join(dir, 'a.mp3'));
      const refused = async (...args: string[]) => {
        const { status, stderr, stdout } = await runCli(['transcribe', ...args]);
        expect(stderr).not.toMatch(/\s+at .*:\d+:\d+|x\)\n/);
        expect(stdout).toBe('');
        return status;
      };
      expect(await refused(SOUND, '--output', join(dir, 'nowhere', 'x.srt'))).toBe(5);
      expect(await refused(SOUND, '--format', 'srt', '--output', join(dir, 'folder'))).toBe(5);
      expect(await refused(SOUND, SOUND, '--output', join(dir, 'all.srt'))).toBe(5);
      expect(await refused(join(dir, 'a.wav'), join(dir, 'a.mp3'), '--output', join(dir, 'folder'))).toBe(2);
      expect(await refused(join(dir, 'a.wav'), '--format', 'txt', '--output', join(dir, 'a.wav'))).toBe(2);
      const both = [join(dir, 'a.wav'), join(dir, 'a.b.wav'), '--output', join(dir, 'folder')];
      expect((await runCli(['transcribe', ...both])).status).toBe(0);
      expect((await readdir(join(dir, 'folder'))).sort()).toEqual(['a.b.txt', 'a.txt']);
    });
  });

  it('takes an extension in capitals for the same format', async () => {
    await withTempDir(async (dir) => {
      expect((await runCli(['transcribe', SOUND, '--output', join(dir, 'x.SRT')])).status).toBe(0);
      expect(await readFile(join(dir, 'x.SRT'), 'utf8')).toContain('-->');
    });
  });

  it.runIf(process.platform === 'linux')('to a full disk ends with one sentence and a code', async () => {
    const { status, text } = await runInto(['doctor'], 'stdout', '/dev/full');
    expect(status).toBe(5);
    expect(text).toBe(
      'Standard output ends here: the disk is full.\nWrite it to another place.\n(DISK_FULL)\n',
    );
  });

  it.runIf(process.platform === 'linux')('goes on where standard error is full', async () => {
    const { status, text } = await runInto(['transcribe', 'missing.wav', SOUND], 'stderr', '/dev/full');
    expect(status).toBe(8);
    expect(text).toContain('amiable');
  });
});
