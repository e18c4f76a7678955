#!/usr/bin/env node
/**
 * `npm run test:planted`: plants each fault under test/faults/ in the working tree, one at a time, runs the test
 * that must catch it, and takes the fault out again. It fails where a test passes in spite of its fault.
 *
 *   node scripts/planted.mjs [NAME …]
 *
 * A fault is NAME.patch: a line `Fault: what is wrong`, a line `Test: PROJECT FILE [TITLE]`, then the patch.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { log, runMain } from './lib/log.mjs';
import { root } from './lib/paths.mjs';
import { startXvfb } from './lib/xvfb.mjs';
import { setup } from './setup.mjs';

const FOLDER = join(root, 'test', 'faults');

function readFault(name) {
  const path = join(FOLDER, `${name}.patch`);
  const text = readFileSync(path, 'utf8');
  const fault = /^Fault: (.+)$/m.exec(text)?.[1];
  const test = /^Test: (\S+) (\S+)(?: (.+))?$/m.exec(text);
  if (fault === undefined || test === null) throw new Error(`${path} needs the lines "Fault:" and "Test:"`);
  return { name, path, fault, project: test[1], file: test[2], title: test[3] };
}

function git(...args) {
  return spawnSync('git', args, { cwd: root, encoding: 'utf8' });
}

/** Runs the test of a fault; true where it passed. */
function passes({ project, file, title }, { node, env, planted }) {
  const args =
    project === 'e2e'
      ? [join(root, 'node_modules', 'playwright', 'cli.js'), 'test', file, '--retries=0']
      : [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', project, file];
  if (title !== undefined) args.push(project === 'e2e' ? '-g' : '-t', title);
  // Only these run what was built, not the sources.
  if (project === 'e2e' || project === 'integration' || project === 'native') {
    const built = spawnSync(node, [join(root, 'scripts', 'setup.mjs')], { cwd: root, env, stdio: 'ignore' });
    if (built.status !== 0)
      throw new Error(`Sotto does not build with ${planted ? 'the fault' : 'the sources'}`);
  }
  return spawnSync(node, args, { cwd: root, env, stdio: 'ignore' }).status === 0;
}

await runMain(async () => {
  const asked = process.argv.slice(2);
  const all = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.patch'))
    .map((file) => file.slice(0, -'.patch'.length));
  const faults = (asked.length > 0 ? asked : all).map(readFault);
  const { node, electron } = await setup({ tests: true });
  const display = process.platform === 'linux' ? await startXvfb() : undefined;
  const env = {
    ...process.env,
    SOTTO_NODE: node,
    SOTTO_TEST_ELECTRON: electron.path,
    ...(display === undefined ? {} : { DISPLAY: display.display }),
  };
  let missed = 0;
  for (const fault of faults) {
    const applied = git('apply', '--whitespace=nowarn', fault.path);
    if (applied.status !== 0) {
      missed += 1;
      log(`${fault.name}: the patch no longer applies: ${applied.stderr.trim().split('\n')[0]}`);
      continue;
    }
    let caught = false;
    try {
      caught = !passes(fault, { node, env, planted: true });
    } finally {
      git('apply', '--whitespace=nowarn', '--reverse', fault.path);
    }
    if (!caught) missed += 1;
    log(`${fault.name}: ${caught ? 'caught' : 'NOT CAUGHT'} (${fault.fault})`);
  }
  await setup({ tests: true });
  display?.stop();
  process.stdout.write(`\n${faults.length - missed} caught, ${missed} not caught\n`);
  process.exit(missed === 0 ? 0 : 1);
});
