#!/usr/bin/env node
/**
 * `npm run models -- convert SOURCE …`, `validate FILE … --against REFERENCE`, `reference HF_FOLDER OUT`: the recipes of
 * models/recipes, in an environment of their own that is made when it is first needed.
 */
import { join } from 'node:path';
import { runMain } from './lib/log.mjs';
import { root } from './lib/paths.mjs';
import { findPython } from './lib/python.mjs';
import { runForeground } from './lib/run.mjs';

await runMain(async () => {
  const entry = join(root, 'models', 'recipes', 'models.py');
  process.exitCode = await runForeground(await findPython(['3.11']), [entry, ...process.argv.slice(2)], {
    // Paths mean what they mean where the command was given.
    cwd: process.env.INIT_CWD ?? process.cwd(),
  });
});
