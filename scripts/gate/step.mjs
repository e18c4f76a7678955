import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { GateError } from './problems.mjs';

/** On Windows there are no groups of processes to end at once. */
const grouped = process.platform !== 'win32';

function end(child) {
  try {
    if (grouped) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/**
 * Runs a step to its end, in a group of processes of its own, so that a step that is broken off leaves none behind.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{env?: NodeJS.ProcessEnv, cwd?: string, signal: AbortSignal, quiet?: boolean}} options quiet: its progress is kept back
 * @returns {Promise<{status: number, rows: object[], tail: string}>} rows: the lines of JSON that it wrote; tail: its last words
 * @throws GateError TOOL_MISSING where it cannot be started
 */
export function runStep(command, args, { signal, quiet = true, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: grouped, ...options });
    const rows = [];
    let tail = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      try {
        if (line.startsWith('{')) rows.push(JSON.parse(line));
      } catch {
        // What a library says in passing.
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      tail = (tail + text).slice(-2000);
      if (!quiet) process.stderr.write(text);
    });
    const stop = () => end(child);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    child.on('error', (error) =>
      reject(
        new GateError('TOOL_MISSING', `${command} could not be started: ${error.message}.`, 'Install it.'),
      ),
    );
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason);
      else resolve({ status: code ?? 1, rows, tail: tail.trim() });
    });
  });
}

/** The failure that a recipe told as its last row, or in its last words. */
export function failureOf({ rows, tail }, what) {
  const told = rows.findLast((row) => row.type === 'failed');
  if (told !== undefined) return new GateError(told.code, told.message, told.hint);
  return new GateError(
    'STEP_FAILED',
    `${what} failed.`,
    tail.split('\n').slice(-3).join(' ') || 'It said nothing.',
  );
}
