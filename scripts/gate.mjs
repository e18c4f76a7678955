#!/usr/bin/env node
/**
 * `npm run gate`: converts the small models, compares their accuracy and speed with the committed baseline, and fails where
 * either is worse. What it takes and how it ends: docs/gate.md.
 */
import { launch } from './gate/launch.mjs';
import { runMain } from './lib/log.mjs';

await runMain(() => launch('run.mjs'));
