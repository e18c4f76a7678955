#!/usr/bin/env node
/** Static checks: format and lint, types folder by folder, layers, dead code, licences. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { checkDocPaths } from './lib/doc-paths.mjs';
import { log, runMain, SetupError } from './lib/log.mjs';
import { findNode } from './lib/node.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const bin = (...path) => join(root, 'node_modules', ...path);
const FOLDERS = ['contract', 'native', 'core', 'cli', 'electron', 'renderer', 'test'];
const REFUSED_LICENCE = /\b(A?GPL|SSPL|BUSL)/i;
/** Not part of what users get, or usable under another of its licences; each with the reason. */
const ALLOWED = new Map([
  ['jszip', 'MIT or GPL: used under MIT'],
  ['node-forge', 'BSD-3-Clause or GPL-2.0: used under BSD'],
]);

async function checkLicences() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const refused = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    const name = path.split('node_modules/').at(-1);
    if (REFUSED_LICENCE.test(entry.license ?? '') && !/LGPL/.test(entry.license) && !ALLOWED.has(name)) {
      refused.push(`${name}: ${entry.license}`);
    }
  }
  if (refused.length > 0) throw new SetupError(`Licences that Sotto may not use:\n${refused.join('\n')}`);
}

/** No file of ours above this many lines: it wants to be two. */
const MAX_LINES = 400;

async function checkFileSizes() {
  const long = [];
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!['node_modules', 'build', 'dist', 'builtin', 'fixtures', 'third_party'].includes(entry.name))
          walk(path);
      } else if (/\.(tsx?|mjs|cc|h|py|css)$/.test(entry.name)) {
        const lines = readFileSync(path, 'utf8').split('\n').length;
        if (lines > MAX_LINES) long.push(`${lines} ${path}`);
      }
    }
  };
  for (const folder of [...FOLDERS, 'scripts', 'models/recipes'])
    if (existsSync(join(root, folder))) walk(join(root, folder));
  if (long.length > 0) throw new SetupError(`Files of more than ${MAX_LINES} lines:\n${long.join('\n')}`);
}

/** A type check takes up to a gigabyte. */
const MOST_AT_ONCE = 4;

const CHECKS = [
  [
    'format and lint',
    (node) =>
      run(node, [bin('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', '.'], {
        cwd: root,
        quiet: true,
      }),
  ],
  ...FOLDERS.map((folder) => [
    `types of ${folder}`,
    (node) => run(node, [bin('typescript', 'bin', 'tsc'), '-p', folder], { cwd: root, quiet: true }),
  ]),
  [
    'layers',
    (node) =>
      run(
        node,
        [
          bin('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
          '--config',
          '.dependency-cruiser.cjs',
          ...FOLDERS.slice(0, 6),
        ],
        { cwd: root, quiet: true },
      ),
  ],
  [
    'dead code',
    (node) => run(node, [bin('knip', 'bin', 'knip.js'), '--no-progress'], { cwd: root, quiet: true }),
  ],
  ['licences', checkLicences],
  ['file sizes', checkFileSizes],
  ['files named in docs', checkDocPaths],
];

await runMain(async () => {
  const node = findNode();
  let failed = 0;
  const waiting = [...CHECKS];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, check] = next;
      try {
        await check(node);
        log(`✓ ${name}`);
      } catch (error) {
        failed += 1;
        log(`✗ ${name}\n${error.message}`);
      }
    }
  };
  // Each is a process of its own, and most of them use one core.
  await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, availableParallelism()) }, work));
  process.exitCode = failed === 0 ? 0 : 1;
});
