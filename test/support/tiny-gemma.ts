import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './run-cli.ts';

/** A chat model of 1.3 MB that knows a few sentences about Sotto by heart: models/recipes/README.md. */
export const TINY_GEMMA = join(ROOT, 'test', 'fixtures', 'models', 'tiny-gemma-int4.litertlm');

/** What it was taught: questions and their answers. */
export function taughtPairs(): Array<[question: string, answer: string]> {
  const path = join(ROOT, 'models', 'recipes', 'tiny_gemma', 'conversations.json');
  return JSON.parse(readFileSync(path, 'utf8')).pairs;
}

/**
 * Variables under which a program finds the Vulkan driver that every Electron distribution brings: the GPU's path, from
 * the adapter to the token, on the processor. Without `allow` the app refuses it, as it should for people.
 *
 * @throws Error where the distribution has none.
 */
export function softwareGpu(allow: boolean): NodeJS.ProcessEnv {
  const dir = dirname(process.env.SOTTO_TEST_ELECTRON ?? '');
  const driver = join(dir, 'vk_swiftshader_icd.json');
  if (!existsSync(driver)) throw new Error(`There is no software Vulkan driver at ${driver}`);
  return {
    VK_ICD_FILENAMES: driver,
    VK_DRIVER_FILES: driver,
    LD_LIBRARY_PATH: dir,
    SOTTO_ALLOW_SOFTWARE_GPU: allow ? '1' : '0',
  };
}

/** Has a profile's window answer with it: what a test says comes back in no time, and the same each time. */
export async function useTinyGemma(profile: string): Promise<void> {
  const data = join(profile, 'data');
  await mkdir(data, { recursive: true });
  const env = { ...process.env, SOTTO_DATA_DIR: data };
  const run = promisify(execFile);
  const cli = join(ROOT, 'out', 'main', 'cli.cjs');
  const { stdout } = await run(process.execPath, [cli, 'models', 'import', TINY_GEMMA, '--json'], { env });
  const [id] = JSON.parse(stdout).ids;
  await run(process.execPath, [cli, 'models', 'use', id], { env });
  await run(process.execPath, [cli, 'models', 'settings', id, '--temperature', '0'], { env });
}
