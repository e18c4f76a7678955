import type { ErrorInfo } from '../contract/errors.ts';
import { exitStatusOf } from './exit-status.ts';

/** Writes to standard output. A reader that went away (`| head`) ends the program quietly. */
export function print(text: string): void {
  process.stdout.write(text);
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

/** A line for a person on standard error. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** One JSON value on a line of its own. */
export function printJson(value: unknown): void {
  print(`${JSON.stringify(value)}\n`);
}

/** Tells of a failure, on standard error or as JSON, and returns the exit status. */
export function reportFailure(error: ErrorInfo, json: boolean): number {
  if (json) printJson({ type: 'failed', error });
  else note(`${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}\n(${error.code})`);
  return exitStatusOf(error.code);
}
