import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * A process that answers one line of JSON with one. Other lines of its output are left out; an answer with `error` throws.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} env beside this process's own
 * @returns {{ask: (request: object) => Promise<object>, stop: () => void}}
 */
export function startLineChild(program, args, env = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
  let waiting;
  let end;
  const settle = (outcome) => {
    waiting?.(outcome);
    waiting = undefined;
  };
  const over = (error) => {
    end ??= { error };
    settle(end);
  };
  // A process that ended tells so by its end; the write to it must not end ours.
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => over(error.message));
  child.on('exit', (code) => over(`its process ended with status ${code}`));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) settle(JSON.parse(line));
  });
  const ask = (request) =>
    new Promise((resolve, reject) => {
      waiting = ({ error, ...reply }) => (error === undefined ? resolve(reply) : reject(new Error(error)));
      if (end === undefined) child.stdin.write(`${JSON.stringify(request)}\n`);
      else settle(end);
    });
  return { ask, stop: () => void child.kill('SIGKILL') };
}
