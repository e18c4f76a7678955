#!/usr/bin/env node
/** `./sotto …` or `npm run --silent sotto -- …`: the terminal client, set up first where something is missing. */
import { findElectron } from './lib/electron.mjs';
import { runMain } from './lib/log.mjs';
import { runForeground } from './lib/run.mjs';
import { terminalCommand } from './lib/terminal.mjs';
import { setup } from './setup.mjs';

await runMain(async () => {
  const { node } = await setup();
  const args = process.argv.slice(2);
  const electron = args[0] === 'doctor' ? findElectron() : undefined;
  const env = { ...process.env };
  if (electron !== undefined) {
    env.SOTTO_ELECTRON = `${electron.version}${electron.compatibility ? ' (compatibility runtime, for testing only)' : ''}`;
  }
  const [command, ...rest] = terminalCommand(node, args);
  process.exitCode = await runForeground(command, rest, { env });
});
