#!/usr/bin/env node
/**
 * `npm run bench -- chat|speech|encoder|… [--json]`; each script in bench/ says what it takes:
 * speed, delay, memory, word error rate and start-up, beside peers in the same run. The table goes to standard error, with --json one JSON value to standard output.
 */
import { join } from 'node:path';
import { runMain, SetupError } from './lib/log.mjs';
import { root } from './lib/paths.mjs';
import { runForeground } from './lib/run.mjs';
import { startXvfb } from './lib/xvfb.mjs';
import { setup } from './setup.mjs';

const BENCHES = [
  'chat',
  'lengths',
  'speech',
  'encoder',
  'speakers',
  'download',
  'history',
  'streaming',
  'follow-up',
];

await runMain(async () => {
  const [what, ...args] = process.argv.slice(2);
  if (!BENCHES.includes(what)) {
    throw new SetupError(`Use: npm run bench -- ${BENCHES.join('|')} [--json] [--runs N] [--tokens N]`);
  }
  const { node, electron } = await setup({ window: true, tests: true });
  const needsDisplay = process.platform === 'linux' && !process.env.DISPLAY;
  const display = needsDisplay ? await startXvfb() : undefined;
  const env = {
    ...process.env,
    SOTTO_NODE: node,
    SOTTO_BENCH_ELECTRON: electron.path,
    SOTTO_BENCH_ELECTRON_VERSION: electron.version,
    ...(display === undefined ? {} : { DISPLAY: display.display }),
  };
  const quiet = ['--disable-warning=ExperimentalWarning', '--no-warnings'];
  process.exitCode = await runForeground(
    node,
    [...quiet, join(root, 'scripts', 'bench', `${what}.mjs`), ...args],
    { env },
  );
  display?.stop();
});
