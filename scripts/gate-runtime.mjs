#!/usr/bin/env node
/**
 * `npm run gate:runtime -- VERSION`: what another version of LiteRT-LM would change, beside the pinned one. See docs/gate.md.
 */
import { launch } from './gate/launch.mjs';
import { runMain } from './lib/log.mjs';

await runMain(() => launch('run-runtime.mjs'));
