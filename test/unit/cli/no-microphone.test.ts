import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noMicrophone } from '../../../cli/microphone/no-microphone.ts';
import { withTempDir } from '../../support/models.ts';

/** Why there is no microphone, on a machine with these sound devices, some of which this user may use. */
async function codeWith(devices: string[], usable: string[] = []): Promise<string> {
  let code = '';
  await withTempDir(async (dir) => {
    await mkdir(dir, { recursive: true });
    for (const name of devices) await writeFile(join(dir, name), '');
    const mayUse = async (path: string) => usable.some((name) => path === join(dir, name));
    code = (await noMicrophone(undefined, dir, mayUse)).code;
  });
  return code;
}

describe('no microphone', () => {
  it('is denied where there are some, and this user may use none of them', async () => {
    expect(await codeWith(['controlC0', 'pcmC0D0c', 'pcmC12D3c', 'pcmC0D0p'])).toBe('MIC_DENIED');
  });

  it('is missing where one may be used: it is another one that is wrong', async () => {
    expect(await codeWith(['pcmC0D0c', 'pcmC1D0c'], ['pcmC1D0c'])).toBe('MIC_MISSING');
  });

  it('is missing where a machine can only play, or has no sound at all', async () => {
    expect(await codeWith(['controlC0', 'pcmC0D0p', 'seq', 'timer'])).toBe('MIC_MISSING');
    expect((await noMicrophone('why', join('/nowhere', 'snd'))).code).toBe('MIC_MISSING');
  });
});
