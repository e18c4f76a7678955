import type { AnswerSettings, ChatMessage } from '../../contract/chat.ts';
import { kindOf, type Media, type MediaKind } from '../../contract/media.ts';
import { withoutThought } from '../../contract/thinking.ts';
import type { EnginePrompt, Turn, TurnMedia } from '../engine/protocol.ts';
import type { LoadableModel } from '../models/model-library.ts';

/** A question and what came before it. */
export interface Turns {
  history: ChatMessage[];
  question: ChatMessage;
  /** The answer that is gone on with. */
  begun?: ChatMessage;
}

/** The bytes of a picture or a sound. */
export type ReadMedia = (media: Media) => Uint8Array;

/** What the engine is asked: the answer's settings, then the model's own. */
export function toPrompt(
  loadable: LoadableModel,
  settings: AnswerSettings,
  { history, question, begun }: Turns,
  read: ReadMedia,
): EnginePrompt {
  // The beginning of an answer is read as text alone.
  const takes = begun === undefined ? loadable.container.media : [];
  const asked = toUserTurn(question, takes, read);
  const defaults = loadable.model.defaultSampling;
  const seed = settings.seed ?? defaults.seed;
  const { from, summary } = lastSummaryOf([...history, question]);
  const system = [settings.system, summary && `What was said before, in short:\n${summary}`].filter(Boolean);
  return {
    ...(system.length === 0 ? {} : { system: system.join('\n\n') }),
    history: toTurns(history.slice(from), takes, read),
    question: asked.text,
    ...(asked.media === undefined ? {} : { media: asked.media }),
    ...(begun === undefined ? {} : { begun: begun.text }),
    maxTokens: settings.maxTokens ?? loadable.defaultMaxTokens,
    sampling: {
      temperature: settings.temperature ?? defaults.temperature,
      topK: settings.topK ?? defaults.topK,
      topP: settings.topP ?? defaults.topP,
      repetitionPenalty: settings.repetitionPenalty ?? defaults.repetitionPenalty,
      ...(seed === undefined ? {} : { seed }),
    },
  };
}

/** Chat templates want question and answer in turn: a question whose answer never came is left out. */
function toTurns(history: ChatMessage[], takes: readonly MediaKind[], read: ReadMedia): Turn[] {
  const turns: Turn[] = [];
  for (let i = 0; i + 1 < history.length; i += 1) {
    const [question, answer] = [history[i], history[i + 1]];
    if (question?.role !== 'user' || answer?.role !== 'assistant' || answer.text === '') continue;
    const said = withoutThought(answer.text);
    if (said === '') continue;
    turns.push(toUserTurn(question, takes, read), { role: 'assistant', text: said });
  }
  return turns;
}

/** With what goes along with it; what the model cannot take is there by its name. */
function toUserTurn({ text, media = [] }: ChatMessage, takes: readonly MediaKind[], read: ReadMedia): Turn {
  const [taken, named] = [true, false].map((isTaken) =>
    media.filter((one) => takes.includes(kindOf(one)) === isTaken),
  ) as [Media[], Media[]];
  const names = named.map(({ name }) => `[${name}]`).join(' ');
  const parts = taken.map((one): TurnMedia => ({ id: one.id, kind: kindOf(one), bytes: read(one) }));
  return {
    role: 'user',
    text: [names, text].filter((part) => part !== '').join('\n'),
    ...(parts.length === 0 ? {} : { media: parts }),
  };
}

/** Which kinds a conversation has. */
export function kindsIn(messages: readonly ChatMessage[]): MediaKind[] {
  return [...new Set(messages.flatMap(({ media = [] }) => media.map(kindOf)))];
}

/** Where what is read as it was said begins, and what stands for all before it. */
export function lastSummaryOf(messages: readonly ChatMessage[]): {
  from: number;
  summary: string | undefined;
} {
  const from = messages.findLastIndex(({ summary }) => summary !== undefined);
  return { from: Math.max(0, from), summary: messages[from]?.summary };
}
