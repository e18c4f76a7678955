/** Marks around what a model thinks before it answers, as Qwen3, DeepSeek R1 and others write them. */
export const THINK_BEGIN = '<think>';
export const THINK_END = '</think>';

export interface Thought {
  /** Undefined: the model did not think. */
  thought: string | undefined;
  answer: string;
  /** The thought has not come to its end. */
  isThinking: boolean;
}

/** Parts what was thought from what is answered. Only at the beginning of a text: later, the marks are words as any other. */
export function splitThought(text: string): Thought {
  const start = text.trimStart();
  if (!start.startsWith(THINK_BEGIN)) {
    // The mark itself may still be coming.
    const isMark = start !== '' && THINK_BEGIN.startsWith(start);
    return { thought: undefined, answer: isMark ? '' : text, isThinking: isMark };
  }
  const rest = start.slice(THINK_BEGIN.length);
  const end = rest.indexOf(THINK_END);
  if (end === -1) return { thought: rest.trim(), answer: '', isThinking: true };
  return {
    thought: rest.slice(0, end).trim(),
    answer: rest.slice(end + THINK_END.length).trimStart(),
    isThinking: false,
  };
}

/** What goes to the model again, and into files: thoughts are not part of the conversation. */
export function withoutThought(text: string): string {
  return text.includes(THINK_BEGIN) ? splitThought(text).answer : text;
}

/** What a message says: the marks are words as any other where a person wrote them. */
export function saidIn({ role, text }: { role: 'user' | 'assistant'; text: string }): string {
  return role === 'assistant' ? withoutThought(text) : text;
}
