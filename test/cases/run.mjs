#!/usr/bin/env node
/**
 * `npm run test:cases -- FOLDER [CASE …]`: runs `FOLDER/CASE/cmd` with bash for every case that has a judge here
 * (`CASE.mjs`), and has the judge say what is wrong with what it printed.
 *
 * A judge exports `judge({ output, status })`: `output` is standard output and standard error in the order they were
 * written, `status` the exit status of the command; it returns a list of sentences, empty where the case passes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { log, runMain } from '../../scripts/lib/log.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { setup } from '../../scripts/setup.mjs';

const CASE_TIMEOUT_MS = 600_000;

function runCase(folder) {
  const result = spawnSync('bash', ['-c', `exec bash ${JSON.stringify(join(folder, 'cmd'))} 2>&1`], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: CASE_TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { output: result.stdout ?? '', status: result.status };
}

await runMain(async () => {
  const [folder, ...asked] = process.argv.slice(2);
  if (folder === undefined) {
    log('Usage: npm run test:cases -- FOLDER [CASE …]');
    process.exit(2);
  }
  await setup();
  const names = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
    .map((file) => file.slice(0, -'.mjs'.length))
    .filter((name) => asked.length === 0 || asked.includes(name));
  let failed = 0;
  for (const name of names) {
    const path = join(resolve(folder), name);
    const { judge } = await import(pathToFileURL(join(import.meta.dirname, `${name}.mjs`)).href);
    const problems = existsSync(join(path, 'cmd')) ? judge(runCase(path)) : ['the folder has no such case'];
    if (problems.length > 0) failed += 1;
    log(problems.length === 0 ? `✓ ${name}` : `✗ ${name}\n  ${problems.join('\n  ')}`);
  }
  process.stdout.write(`\n${names.length - failed} passed, ${failed} failed\n`);
  process.exit(failed === 0 && names.length > 0 ? 0 : 1);
});
