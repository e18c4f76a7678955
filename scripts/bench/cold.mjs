import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../lib/paths.mjs';
import { modelDir } from './contenders.mjs';
import { ensureLitertLm } from './peers.mjs';
import { median, summarise } from './statistics.mjs';

const QUESTION = 'What is the capital of France?';

/** Milliseconds from the start of a program to the first text of its answer. */
function firstTextMs(command, args, isAnswer) {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    let at;
    child.stdout.on('data', (data) => {
      text += data;
      if (at === undefined && isAnswer(text)) at = performance.now() - startedAt;
    });
    child.on('error', reject);
    child.on('close', (status) => {
      if (at === undefined) reject(new Error(`${command} ended with status ${status} and no answer`));
      else resolve(at);
    });
  });
}

/** Cold terminal, caches on disk warm: ours against `litert-lm run` on the same file and threads. */
export async function benchCold(runs, threads) {
  const { file } = JSON.parse(await readFile(join(modelDir, 'manifest.json'), 'utf8'));
  const cli = join(root, 'out', 'main', 'cli.cjs');
  const any = (text) => text.trim() !== '';
  const ours = () =>
    firstTextMs(
      process.execPath,
      [cli, 'chat', '--temperature', '0', '--threads', String(threads), QUESTION],
      any,
    );
  const program = await ensureLitertLm();
  // A copy of its own: it writes its cache beside the model.
  const copy = join(await mkdtemp(join(tmpdir(), 'sotto-bench-')), file);
  await copyFile(join(modelDir, file), copy);
  const args = ['run', copy, '--backend', 'cpu', '--cpu-thread-count', String(threads)];
  const theirs = () =>
    firstTextMs(program, [...args, '--cache', 'disk', '--temperature', '0', '--prompt', QUESTION], any);
  const times = { sotto: [], litertLm: [] };
  await ours();
  await theirs();
  for (let i = 0; i < runs; i += 1) {
    times.sotto.push(await ours());
    times.litertLm.push(await theirs());
  }
  await rm(dirname(copy), { recursive: true });
  return {
    sottoMs: summarise(times.sotto),
    litertLmMs: summarise(times.litertLm),
    ratio: median(times.sotto) / median(times.litertLm),
  };
}
