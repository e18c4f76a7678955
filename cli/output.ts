/**
 * The one place where the terminal writes. Texts come from models, files and the hub: no control character of theirs
 * reaches the terminal, which they could steer otherwise.
 */
import { createControlFilter, toOneLine } from '../contract/control-characters.ts';
import type { ErrorInfo } from '../contract/errors.ts';
import { toWriteError } from '../core/system/file-errors.ts';
import { exitStatusOf } from './exit-status.ts';

/** Clears the line of a terminal. */
const CLEAR = '\r\u001b[K';
/** What JSON may hold as it is, and a terminal must not: the same value with an escape. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g;

/** A text may come in pieces, and a sequence may begin in one and end in the next. */
const filter = createControlFilter();

/** Writes text to standard output. */
export function print(text: string): void {
  process.stdout.write(filter.push(text));
}

/** One line of a table: what has more than one line takes one. */
export function printRow(...fields: readonly string[]): void {
  print(`${fields.map(toOneLine).join('\t')}\n`);
}

/** A line for a person on standard error. */
export function note(text: string): void {
  process.stderr.write(`${clean(text)}\n`);
}

/** One JSON value on a line of its own. */
export function printJson(value: unknown): void {
  printJsonText(`${JSON.stringify(value)}\n`);
}

/** JSON that is written already. */
export function printJsonText(json: string): void {
  process.stdout.write(
    json.replace(UNSAFE_IN_JSON, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** Whether lines can be drawn over on standard error. */
export function isDrawn(): boolean {
  return process.stderr.isTTY === true;
}

/** Puts a line in the place of the one that is shown; nothing where standard error is no terminal. */
export function drawLine(text: string): void {
  if (isDrawn()) process.stderr.write(`${CLEAR}${toOneLine(text)}`);
}

/** Asks on standard error: what is typed goes on in the same line. */
export function ask(question: string): void {
  process.stderr.write(clean(question));
}

/** A text on its own, as `print` and `note` write it. */
export function clean(text: string): string {
  return createControlFilter().push(text);
}

/** Tells of a failure, on standard error or as JSON, and returns the exit status. */
export function reportFailure(error: ErrorInfo, json: boolean): number {
  if (json) printJson({ type: 'failed', error });
  else note(`${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}\n(${error.code})`);
  return exitStatusOf(error.code);
}

/** What cannot be written any more, also because a reader went away (`| head`), ends the program with one sentence. */
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  const { code } = toWriteError(cause);
  const reason =
    code === 'DISK_FULL'
      ? 'the disk is full'
      : cause.code === 'EPIPE'
        ? 'nobody reads it any more'
        : 'it does not take what is written';
  note(`Standard output ends here: ${reason}.\nWrite it to another place.\n(${code})`);
  process.exit(exitStatusOf(code));
});

/** What nobody reads there is no reason to end. */
process.stderr.on('error', () => undefined);
