#!/usr/bin/env node
/**
 * `npm start`: sets up what is missing, then opens the window; without a display, the terminal chat; with
 * piped input, an answer to each line.
 */
import { fstatSync } from 'node:fs';
import { electronArguments, electronEnvironment } from './lib/launch.mjs';
import { log, runMain } from './lib/log.mjs';
import { runForeground } from './lib/run.mjs';
import { terminalCommand } from './lib/terminal.mjs';
import { setup } from './setup.mjs';

/** A pipe or a file, as against a terminal or /dev/null. */
function inputIsPiped() {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch {
    return false;
  }
}

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

await runMain(async () => {
  const piped = inputIsPiped();
  const window = !piped && hasDisplay();
  if (!piped && !window) log('There is no display, so the chat starts here in the terminal.');
  const { node, electron } = await setup({ window });
  if (electron !== undefined) {
    if (electron.compatibility) {
      log(`Running on the compatibility runtime, Electron ${electron.version}: for trying and testing only.`);
    }
    process.exitCode = await runForeground(electron.path, electronArguments(), {
      env: electronEnvironment(node),
    });
    return;
  }
  const [command, ...args] = terminalCommand(node, ['chat', ...(piped ? ['--lines'] : [])]);
  process.exitCode = await runForeground(command, args);
});
