import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startLineChild } from '../lib/line-child.mjs';
import { log } from '../lib/log.mjs';
import { cacheDir } from '../lib/paths.mjs';
import { findPython } from '../lib/python.mjs';
import { GateError } from './problems.mjs';
import { runStep } from './step.mjs';

/**
 * The bare runtime, by its own Python API, on a committed file: it has none of Sotto's code, and the same kernels as what is
 * measured, so that another processor or a busy machine changes both alike. Stays at this version when the pinned one moves.
 */
export const YARDSTICK = 'litert-lm-api==0.18.1';

/**
 * Installs it once, into the cache.
 *
 * @returns {Promise<{python: string, folder: string}>}
 * @throws GateError YARDSTICK_MISSING
 */
export async function ensureYardstick(signal) {
  const python = await findPython(['3.11', '3.12', '3.13']);
  const folder = join(cacheDir, 'gate', `yardstick-${YARDSTICK.split('==')[1]}`);
  if (await stat(folder).catch(() => undefined)) return { python, folder };
  log(`Installing the yardstick, ${YARDSTICK} (50 MB, once) …`);
  const next = `${folder}.${process.pid}.new`;
  await mkdir(join(cacheDir, 'gate'), { recursive: true });
  try {
    const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--target', next];
    const { status, tail } = await runStep(python, [...args, YARDSTICK], { signal });
    if (status !== 0) {
      const words = tail.split('\n').at(-1) ?? '';
      throw new GateError(
        'YARDSTICK_MISSING',
        `${YARDSTICK} could not be fetched: ${words}.`,
        'Check the network.',
      );
    }
    await rename(next, folder);
  } finally {
    await rm(next, { recursive: true, force: true });
  }
  return { python, folder };
}

/**
 * What the ratios of a baseline were measured beside: other versions and other files give other ratios.
 *
 * @param {string[]} files the committed ones
 */
export async function yardstickId(files) {
  const hashes = files.map(async (file) =>
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
      .slice(0, 12),
  );
  return [YARDSTICK, ...(await Promise.all(hashes))].join(' ');
}

/** The runtime with the committed file, made anew with each start. */
export function yardstickChild({ python, folder }, model, { threads, cacheDir: repacked }) {
  let child;
  return {
    start: async () => {
      await mkdir(repacked, { recursive: true });
      const script = join(import.meta.dirname, 'yardstick_child.py');
      const env = { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' };
      child = startLineChild(python, [script], env);
      const { yardstickFile, contextTokens } = model;
      return child.ask({ type: 'start', model: yardstickFile, threads, contextTokens, cacheDir: repacked });
    },
    run: () => child.ask({ type: 'ask', prompt: model.question, tokens: model.answerTokens }),
    stop: async () => child?.stop(),
  };
}
