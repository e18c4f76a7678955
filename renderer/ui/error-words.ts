import type { TFunction } from 'i18next';
import type { ErrorInfo } from '../../contract/errors.ts';

/** What the window says of an error. */
export interface ErrorWords {
  title: string;
  hint: string;
  /** To be copied and passed on. */
  details: string;
}

/** A command, an option of one, or a variable of the environment: for the terminal, which says it in its own way. */
const FOR_TERMINAL = /`|\bsotto [a-z]|\bnpm |(^|\s)--[a-z]|SOTTO_|_PROXY\b|HF_[A-Z]+/;

/**
 * The window's own words for an error, without commands.
 *
 * @param detail the error's own sentence says more than the words for its code
 */
export function errorWords(t: TFunction, { code, message, hint }: ErrorInfo, detail = false): ErrorWords {
  const own = (text: string | undefined) =>
    text === undefined || FOR_TERMINAL.test(text) ? undefined : text;
  const title = t(`errors.${code}.title`, { defaultValue: own(message) ?? '' });
  const words = t(`errors.${code}.hint`, { defaultValue: own(hint) ?? '' });
  const said = [own(message) ?? title, own(hint)].filter((text) => text !== undefined);
  return {
    title: (detail ? own(message) : undefined) ?? title,
    hint: (detail ? own(hint) : undefined) ?? words,
    details: `${code}: ${said.join(' ')}`,
  };
}
