import { spawn } from 'node:child_process';

/** Large enough for every window size that the tests use. */
const SCREEN = '1600x1200x24';

/**
 * A virtual display of its own, so that tests need no screen and disturb none.
 *
 * @returns {Promise<{ display: string, stop: () => void }>}
 */
export function startXvfb() {
  const args = ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'];
  const child = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`Xvfb ended with status ${code}`)));
    child.stdio[3].once('data', (data) => {
      resolve({ display: `:${String(data).trim()}`, stop: () => child.kill() });
    });
  });
}
