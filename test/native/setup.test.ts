import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureAddon, ensureRuntime, hostPlatform } from '../../scripts/native.mjs';
import { temporaryFolder } from './fixtures/support.ts';

const linux = 'linux-x64';

test('what is in place is left alone, without a word and without a network', async () => {
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  const cacheDir = join(temporaryFolder(), 'untouched');
  expect(await ensureRuntime({ platform: hostPlatform, cacheDir, log })).toMatchObject({ changed: false });
  expect(await ensureAddon({ log })).toMatchObject({ changed: false });
  expect(lines).toEqual([]);
  expect(existsSync(cacheDir)).toBe(false);
});

test('a wheel that is not the pinned one is refused and removed, and nothing is put in place', async () => {
  const cacheDir = temporaryFolder();
  const distDir = join(cacheDir, 'dist');
  const wheels = join(cacheDir, 'wheels', linux);
  const wheel = join(wheels, 'litert_lm_api-0.18.1-py3-none-manylinux_2_27_x86_64.whl');
  mkdirSync(wheels, { recursive: true });
  writeFileSync(wheel, 'not a wheel');
  await expect(ensureRuntime({ platform: linux, cacheDir, distDir })).rejects.toThrow(/not the pinned file/);
  expect(existsSync(wheel)).toBe(false);
  expect(existsSync(distDir)).toBe(false);
});

test.each(['win32-arm64', 'darwin-x64', 'plan9-mips'])(
  '%s is refused in one clear sentence',
  async (platform) => {
    await expect(ensureRuntime({ platform, cacheDir: temporaryFolder() })).rejects.toThrow(
      /Supported: linux-x64/,
    );
  },
);
