/** What a line of Markdown can stand in: a quote, or an item of a list, whose lines are indented by so much. */
type Container = 'quote' | number;

interface Fence {
  mark: string;
  length: number;
}

export interface FenceReader {
  /** Takes the next line; true for code, and for the fences around it. */
  read(line: string): boolean;
  /** What ends the code that is open after the last line; undefined where there is none. */
  ending(): string | undefined;
}

const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3}(?:[-+*]|\d{1,9}[.)]))( +|$)/;
const OPENING = /^ {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$/;
const CLOSING = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;

/** Follows the code fences of a text, also in lists and quotes (CommonMark 0.31, 4.5 and 5). */
export function createFenceReader(): FenceReader {
  let containers: Container[] = [];
  let fence: Fence | undefined;

  /** Takes off what the containers that go on in this line put before it; the others have ended, and code in them. */
  const goOn = (line: string): string => {
    let rest = line;
    for (const [index, container] of containers.entries()) {
      const next = container === 'quote' ? afterQuote(rest) : afterIndent(rest, container);
      if (next === undefined) {
        containers = containers.slice(0, index);
        fence = undefined;
        break;
      }
      rest = next;
    }
    return rest;
  };

  const enter = (line: string): string => {
    let rest = line;
    for (;;) {
      const item = ITEM.exec(rest);
      const quote = afterQuote(rest);
      if (quote !== undefined) {
        containers.push('quote');
        rest = quote;
      } else if (item !== null && !/^ {0,3}([-*])(?: *\1){2,} *$/.test(rest)) {
        const [whole, marker = '', gap = ''] = item;
        // Five spaces and more are an item that begins with code by indentation.
        const width = gap === '' || gap.length > 4 ? marker.length + 1 : whole.length;
        containers.push(width);
        rest = rest.slice(width);
      } else return rest;
    }
  };

  return {
    read: (line) => {
      let rest = goOn(line.replaceAll('\t', '    ').trimEnd());
      if (fence !== undefined) {
        const [, closing = ''] = CLOSING.exec(rest) ?? [];
        if (closing.startsWith(fence.mark) && closing.length >= fence.length) fence = undefined;
        return true;
      }
      rest = enter(rest);
      const opening = OPENING.exec(rest);
      const marks = opening?.[1] ?? opening?.[2];
      if (marks === undefined) return false;
      fence = { mark: marks.slice(0, 1), length: marks.length };
      return true;
    },
    ending: () => {
      if (fence === undefined) return undefined;
      const before = containers.map((one) => (one === 'quote' ? '> ' : ' '.repeat(one))).join('');
      return `${before}${fence.mark.repeat(fence.length)}`;
    },
  };
}

/** A text whose code, where it was left open (an answer that was cut), does not go on in what is written after it. */
export function closeFences(text: string): string {
  const reader = createFenceReader();
  for (const line of text.split(/\r\n?|\n/)) reader.read(line);
  const ending = reader.ending();
  return ending === undefined ? text : `${text}\n${ending}`;
}

/** A text as a block of code, within fences that nothing in it ends. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((marks) => marks.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}${/^[\w+#.-]*$/.test(language) ? language : ''}\n${text}\n${marks}`;
}

function afterQuote(line: string): string | undefined {
  const marker = QUOTE.exec(line)?.[0];
  return marker === undefined ? undefined : line.slice(marker.length);
}

function afterIndent(line: string, width: number): string | undefined {
  if (line.trim() === '') return '';
  return line.startsWith(' '.repeat(width)) ? line.slice(width) : undefined;
}
