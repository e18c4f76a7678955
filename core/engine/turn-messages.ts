import type { Message } from '../../native/binding-types.ts';
import type { EnginePrompt, Turn } from './protocol.ts';

/** Pictures and sounds first: that is how models have learnt it. */
export function toMessage({ role, text, media = [] }: Turn): Message {
  const parts = media.map(({ kind, bytes }) => ({ type: kind, blob: Buffer.from(bytes).toString('base64') }));
  const said = text === '' && parts.length > 0 ? [] : [{ type: 'text' as const, text: withoutMarks(text) }];
  return { role, content: [...parts, ...said] };
}

/**
 * The runtime looks for these words in what is asked to put pictures and sounds in their place, and refuses a question that
 * has more of them than there are. A space makes a word of one that somebody has written.
 */
const MARKS =
  /<(start_of_image|end_of_image|image_soft_token|start_of_audio|end_of_audio|audio_soft_token)>/g;
const withoutMarks = (text: string): string => text.replace(MARKS, '< $1>');

export function questionOf({ question, media }: EnginePrompt): Turn {
  return { role: 'user', text: question, ...(media === undefined ? {} : { media }) };
}

/** Whether two conversations say the same, with the same pictures and sounds. */
export function sameTurns(a: Turn[], b: Turn[]): boolean {
  const idsOf = (turn: Turn | undefined) => turn?.media?.map(({ id }) => id).join() ?? '';
  return (
    a.length === b.length &&
    a.every((turn, i) => turn.role === b[i]?.role && turn.text === b[i]?.text && idsOf(turn) === idsOf(b[i]))
  );
}
