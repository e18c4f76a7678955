import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/run-cli.ts';

/** In a namespace of its own: the folder is on a disk that can only be read, and nobody else sees it. */
const MOUNT = `
  set -e
  mount -t tmpfs none /mnt
  mkdir /mnt/data /mnt/cache
  mount -o remount,ro /mnt
  exec "$@"`;

/** What a command says where the folders for data and caches can only be read. */
function onReadOnly(args: string[]): Promise<{ status: number; said: string }> {
  const cli = [process.execPath, join(ROOT, 'out', 'main', 'cli.cjs'), ...args];
  const env = { ...process.env, SOTTO_DATA_DIR: '/mnt/data', SOTTO_CACHE_DIR: '/mnt/cache' };
  return new Promise((resolve) => {
    const child = execFile(
      'unshare',
      ['-Urm', 'bash', '-c', MOUNT, 'bash', ...cli],
      { env },
      (error, stdout, stderr) =>
        resolve({ status: Number(error === null ? 0 : error.code), said: `${stdout}${stderr}` }),
    );
    child.stdin?.end();
  });
}

// Other systems have no namespaces.
describe.runIf(process.platform === 'linux')('on a disk that can only be read', () => {
  it.each([
    [['models', 'config', '--idle-minutes', '5']],
    [['network', 'off']],
    [['models', 'import', join(ROOT, 'models', 'builtin', 'whisper-base', 'whisper-base.tflite')]],
  ])('%j is refused with a sentence and a code', async (args) => {
    const { status, said } = await onReadOnly(args);
    expect({ status, said }).toEqual({ status: 5, said: expect.stringContaining('(FILE_UNWRITABLE)') });
    expect(said).not.toMatch(/\/mnt|EROFS|\n {4}at /);
  });

  it('what needs no disk is done', async () => {
    const sound = join(ROOT, 'test', 'native', 'fixtures', 'speech', 'amiable.wav');
    const { status, said } = await onReadOnly(['transcribe', sound]);
    expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining('amiable himself') });
  });
});
