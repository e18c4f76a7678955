import { join } from 'node:path';
import { root } from './paths.mjs';

/** The command line of the terminal client. */
export function terminalCommand(node, args) {
  return [node, join(root, 'out', 'main', 'cli.cjs'), ...args];
}
