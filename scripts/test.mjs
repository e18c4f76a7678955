#!/usr/bin/env node
/**
 * `npm test`: sets up what is missing, then runs checks, unit, native, integration and e2e tests, and ends
 * with one line of totals.
 *
 *   node scripts/test.mjs [--faults] [unit|native|integration|e2e|check …]
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { log, runMain } from './lib/log.mjs';
import { root } from './lib/paths.mjs';
import { ensureAccuracyTools } from './lib/python.mjs';
import { runForeground } from './lib/run.mjs';
import { startXvfb } from './lib/xvfb.mjs';
import { setup } from './setup.mjs';

const RESULTS = join(root, 'test-results');
const ALL = ['check', 'unit', 'native', 'integration', 'e2e'];

/** Counts of a result file in the format that vitest and jest share. */
function readVitest(path) {
  const result = JSON.parse(readFileSync(path, 'utf8'));
  // A file that could not even be loaded has no failed test, but it failed.
  const broken = result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + broken.length,
    skipped: result.numPendingTests,
  };
}

function readPlaywright(path) {
  const { stats } = JSON.parse(readFileSync(path, 'utf8'));
  const { expected, flaky, unexpected, skipped } = stats;
  return { passed: expected + flaky, failed: unexpected, skipped, retried: flaky };
}

/** Runs one suite; a suite that dies without results counts as one failure. */
async function runSuite(name, node, env) {
  log(`\n── ${name} ──`);
  if (name === 'check') {
    const status = await runForeground(node, [join(root, 'scripts', 'check.mjs')], { cwd: root, env });
    return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  }
  const file = join(RESULTS, `${name}.json`);
  rmSync(file, { force: true });
  const args =
    name === 'e2e'
      ? [join(root, 'node_modules', 'playwright', 'cli.js'), 'test']
      : [
          join(root, 'node_modules', 'vitest', 'vitest.mjs'),
          'run',
          '--project',
          name,
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${file}`,
        ];
  const status = await runForeground(node, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  try {
    const counts = name === 'e2e' ? readPlaywright(file) : readVitest(file);
    return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

await runMain(async () => {
  const args = process.argv.slice(2);
  const asked = ALL.filter((name) => args.includes(name));
  const suites = asked.length > 0 ? asked : ALL;
  mkdirSync(RESULTS, { recursive: true });
  const { node, electron } = await setup({ tests: true });
  const accuracy = await ensureAccuracyTools();
  const display = process.platform === 'linux' ? await startXvfb() : undefined;
  const env = {
    ...process.env,
    SOTTO_NODE: node,
    SOTTO_TEST_ELECTRON: electron.path,
    SOTTO_PYTHON: accuracy.python,
    SOTTO_ACCURACY_TOOLS: accuracy.folder,
    ...(args.includes('--faults') ? { SOTTO_FAULTS: 'full' } : {}),
    ...(display === undefined ? {} : { DISPLAY: display.display }),
  };
  const total = { passed: 0, failed: 0, skipped: 0, retried: 0 };
  for (const suite of suites) {
    const counts = await runSuite(suite, node, env);
    for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
  }
  display?.stop();
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  if (total.retried > 0) log(`${total.retried} passed at the second try only: look at them`);
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
  process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
});
