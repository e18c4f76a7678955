import { log } from './log.mjs';
import { root } from './paths.mjs';

/** Arguments for Electron to run this source tree. */
export function electronArguments() {
  // Chromium refuses to start its sandbox as root. Packaged builds never switch it off.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  if (asRoot) log('Running as root: the page’s sandbox is off. Use an ordinary user for real work.');
  return [...(asRoot ? ['--no-sandbox'] : []), root];
}

/** The environment for Electron; `node` runs core where Electron's own Node is too old. */
export function electronEnvironment(node) {
  const env = { ...process.env, SOTTO_NODE: node };
  // Set by some tools to run Electron as plain Node, which would open no window.
  delete env.ELECTRON_RUN_AS_NODE;
  return env;
}
