import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../lib/paths.mjs';
import { GateError } from '../problems.mjs';

const OURS = /^(litert_lm_|TfLite)/;
/** Files of X macros, each with what comes before its names. */
const CALLED = { 'litert_lm_api.h': 'litert_lm_', 'tflite_api.h': 'TfLite' };

/** Names of C functions that a library exports. @throws GateError TOOL_MISSING without `nm` */
async function exported(path) {
  const args = process.platform === 'darwin' ? ['-gU', path] : ['-D', '--defined-only', path];
  try {
    const { stdout } = await promisify(execFile)('nm', args, { maxBuffer: 1 << 28 });
    const names = stdout.split('\n').map((line) => line.trim().split(' ').at(-1));
    return new Set(
      names
        .map((name) => (process.platform === 'darwin' ? name.slice(1) : name))
        .filter((name) => OURS.test(name)),
    );
  } catch (error) {
    throw new GateError(
      'TOOL_MISSING',
      `nm could not read ${path}: ${error.message.split('\n')[0]}.`,
      'Install binutils.',
    );
  }
}

/** The functions that the addon binds when it opens a library. */
async function calledByAddon() {
  const lists = Object.entries(CALLED).map(async ([file, prefix]) => {
    const text = await readFile(join(root, 'native', 'src', file), 'utf8');
    return [...text.matchAll(/^\s*X\([^,]+,\s*(\w+),/gm)].map(([, name]) => prefix + name);
  });
  return (await Promise.all(lists)).flat();
}

/**
 * @param {string} pinned path
 * @param {string} candidate path
 * @returns {Promise<{gone: string[], added: string[], missing: string[]}>} gone and added: LiteRT-LM's own; missing: those that
 *   the addon calls. A signature that changed under the same name does not show here.
 */
export async function compareSymbols(pinned, candidate) {
  const [before, after] = await Promise.all([exported(pinned), exported(candidate)]);
  const own = (names) => [...names].filter((name) => name.startsWith('litert_lm_')).sort();
  return {
    gone: own(before).filter((name) => !after.has(name)),
    added: own(after).filter((name) => !before.has(name)),
    missing: (await calledByAddon()).filter((name) => !after.has(name)),
  };
}
