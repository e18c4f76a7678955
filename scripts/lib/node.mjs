import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './log.mjs';
import { root } from './paths.mjs';

const MIN_MAJOR = 22;
const MIN_MINOR = 12;

/**
 * The Node that tools, core and terminal run with: this one where it is new enough, else the pinned one
 * that npm brought for Linux.
 */
export function findNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MIN_MAJOR || (major === MIN_MAJOR && minor >= MIN_MINOR)) return process.execPath;
  const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(pinned)) return pinned;
  throw new SetupError(
    `Sotto needs Node ${MIN_MAJOR}.${MIN_MINOR} or newer here; this is ${process.versions.node}. Install it and run the command again.`,
  );
}
