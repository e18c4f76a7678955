import { spawn } from 'node:child_process';
import { SetupError } from './log.mjs';

/**
 * Runs a program to its end. Its standard output goes to our standard error, so that answers stay alone on
 * standard output.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { quiet?: boolean }} options quiet: show the output only on failure
 */
export function run(command, args, { quiet = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let tail = '';
    const take = (data) => {
      if (quiet) tail = (tail + data).slice(-8000);
      else process.stderr.write(data);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.on('error', (error) => reject(new SetupError(`${command} could not be started: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new SetupError(`${tail}${command} ${args.join(' ')} failed with status ${code}.`));
    });
  });
}

/**
 * Runs a program on this terminal and returns its exit status. Ctrl-C is the program's to handle.
 */
export function runForeground(command, args, options = {}) {
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  const forward = (signal) => child.kill(signal);
  process.on('SIGTERM', forward);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', forward);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}
