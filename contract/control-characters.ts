const ESC = 0x1b;
const BEL = 0x07;
/** The end of a string that steers a terminal. */
const ST = 0x9c;
/** Begin such a string after ESC (OSC, DCS, SOS, PM, APC), and as one character. */
const STRINGS_AFTER_ESC = ']PX^_';
const STRINGS = [0x9d, 0x90, 0x98, 0x9e, 0x9f];

/** Control characters but tab and line feed, and what turns round the order of the words after it. */
const SUSPICIOUS = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/u;
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/;

export interface ControlFilter {
  /** The next piece of a text, without what steers a terminal, wherever the pieces were cut. */
  push(text: string): string;
}

interface FilterOptions {
  /** Whether what turns round the order of words stays: it belongs to texts in some languages. */
  keepsDirections?: boolean;
}

type State = 'text' | 'escape' | 'csi' | 'string' | 'string-escape';

/**
 * Takes control characters out of a text that comes in pieces: whole sequences (ECMA-48), and every single one but tabs
 * and line feeds. Other ends of lines become line feeds.
 */
export function createControlFilter({ keepsDirections = false }: FilterOptions = {}): ControlFilter {
  let state: State = 'text';
  let isAfterReturn = false;

  const ordinary = (character: string): string => {
    const code = character.charCodeAt(0);
    const wasAfterReturn = isAfterReturn;
    isAfterReturn = code === 0x0d;
    if (code === 0x0a) return wasAfterReturn ? '' : '\n';
    if (code === 0x0d || code === 0x0b || code === 0x0c || code === 0x85) return '\n';
    if (code === ESC) state = 'escape';
    else if (code === 0x9b) state = 'csi';
    else if (STRINGS.includes(code)) state = 'string';
    else if (code >= 0x20 && (code < 0x7f || code > 0x9f)) {
      return !keepsDirections && DIRECTIONS.test(character) ? '' : character;
    } else if (character === '\t') return character;
    return '';
  };

  const step = (character: string): string => {
    const code = character.charCodeAt(0);
    switch (state) {
      case 'text':
        return ordinary(character);
      case 'escape':
        if (code >= 0x20 && code <= 0x2f) return '';
        state = character === '[' ? 'csi' : STRINGS_AFTER_ESC.includes(character) ? 'string' : 'text';
        return state === 'text' && (code < 0x20 || code > 0x7e) ? ordinary(character) : '';
      case 'csi':
        if (code >= 0x20 && code <= 0x3f) return '';
        state = 'text';
        return code >= 0x40 && code <= 0x7e ? '' : ordinary(character);
      case 'string':
        if (code === ESC) state = 'string-escape';
        else if (code === BEL || code === ST) state = 'text';
        else if (code === 0x0a || code === 0x0d) {
          // One that does not end takes its line with it, and no more.
          state = 'text';
          return ordinary(character);
        }
        return '';
      case 'string-escape':
        state = 'text';
        if (character === '\\') return '';
        state = 'escape';
        return step(character);
    }
  };

  return {
    push: (text) => {
      if (state === 'text' && !isAfterReturn && !SUSPICIOUS.test(text)) return text;
      let passed = '';
      for (let at = 0; at < text.length; at += 1) passed += step(text.charAt(at));
      return passed;
    },
  };
}

/** A text without control characters, but for tabs and line feeds; other ends of lines become line feeds. */
export function withoutControls(text: string): string {
  return createControlFilter({ keepsDirections: true }).push(text);
}

/** A text that takes one line and keeps to it: a title, a name. */
export function toOneLine(text: string): string {
  return createControlFilter()
    .push(text)
    .replace(/[\s\u2028\u2029]+/gu, ' ')
    .trim();
}
