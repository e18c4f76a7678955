import { toOneLine } from '../contract/control-characters.ts';

/** Where core writes what happened. Never prompts, answers or full paths. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** Lines on standard error, which hosts keep apart from answers. */
export function createStderrLogger(prefix: string, verbose: boolean): Logger {
  const write = (level: string, message: string) =>
    process.stderr.write(`[${prefix}] ${level} ${toOneLine(message)}\n`);
  return {
    info: (message) => {
      if (verbose) write('info', message);
    },
    warn: (message) => {
      if (verbose) write('warn', message);
    },
  };
}

export const silentLogger: Logger = { info: () => undefined, warn: () => undefined };
