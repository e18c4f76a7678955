import { splitThought, THINK_BEGIN, THINK_END } from '../../../../contract/thinking.ts';
import { fieldsOf, textOf } from './fields.ts';

/** What a message says, wherever its program put it. */
export interface Said {
  text: string;
  thought: string;
  /** There is something that is no text: a picture, a file, a call of a tool. */
  hasOther: boolean;
}

const THOUGHT = /^(thinking|thought|thoughts|reasoning|reasoning_text|reasoning_content|summary_text)$/;
/** Calls and results of tools are not said by anybody. */
const TOOL = /tool|function|code_interpreter|web_search|file_search|computer|mcp/i;
/** Deeper than any program nests what a message says. */
const DEEPEST = 6;

/** Text and thoughts of a text, of a part, or of a list of parts, which `glue` stands between. */
export function readSaid(value: unknown, glue: string, depth = 0): Said {
  if (typeof value === 'string') return { text: value, thought: '', hasOther: false };
  if (value === null || value === undefined || depth > DEEPEST) return nothing(value != null);
  if (Array.isArray(value))
    return joinSaid(
      value.map((part) => readSaid(part, glue, depth + 1)),
      glue,
    );
  const part = fieldsOf(value);
  if (part === undefined) return nothing(true);
  const type = textOf(part.type) ?? textOf(part.content_type) ?? '';
  if (TOOL.test(type)) return nothing(true);
  if (THOUGHT.test(type)) {
    const fields = [part.text, part.thinking, part.reasoning, part.content, part.thoughts, part.summary];
    const thought = fields.map((one) => everyWord(one, depth + 1)).find((one) => one !== '') ?? '';
    return { text: '', thought, hasOther: false };
  }
  // `{ value }` is how the Assistants API writes a text.
  const text = textOf(part.text) ?? textOf(fieldsOf(part.text)?.value) ?? textOf(part.refusal);
  if (text !== undefined) return { text, thought: '', hasOther: false };
  if (part.content !== undefined && part.content !== null) return readSaid(part.content, '', depth + 1);
  if (Array.isArray(part.parts)) return readSaid(part.parts, glue, depth + 1);
  // An empty text is nothing that could be missed.
  return nothing(!('text' in part));
}

/** Thoughts are one text, whatever they are made of. */
function everyWord(value: unknown, depth: number): string {
  if (typeof value === 'string') return value;
  if (depth > DEEPEST) return '';
  if (Array.isArray(value))
    return value
      .map((one) => everyWord(one, depth + 1))
      .filter((one) => one !== '')
      .join('\n\n');
  const fields = fieldsOf(value);
  if (fields === undefined) return '';
  const said = [fields.text, fields.content, fields.summary].map((one) => everyWord(one, depth + 1));
  return said.find((one) => one !== '') ?? '';
}

export function joinSaid(all: readonly Said[], glue: string): Said {
  const join = (texts: readonly string[], between: string) => texts.filter((one) => one !== '').join(between);
  return {
    text: join(
      all.map(({ text }) => text),
      glue,
    ),
    thought: join(
      all.map(({ thought }) => thought),
      '\n\n',
    ),
    hasOther: all.some(({ hasOther }) => hasOther),
  };
}

function nothing(hasOther: boolean): Said {
  return { text: '', thought: '', hasOther };
}

/** An answer with its thoughts as Sotto keeps them: before it, between marks. */
export function withThought(thought: string, text: string): string {
  if (thought.trim() === '') return text;
  const own = splitThought(text);
  const all = [thought, own.thought ?? ''].filter((one) => one !== '').join('\n\n');
  // What was thought about the mark itself does not end the thought.
  const inside = all.replaceAll(THINK_END, '</ think>').trim();
  return `${THINK_BEGIN}\n${inside}\n${THINK_END}\n\n${own.answer.trimStart()}`;
}
