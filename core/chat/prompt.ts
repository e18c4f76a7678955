import type { AnswerSettings, ChatMessage } from '../../contract/chat.ts';
import { withoutThought } from '../../contract/thinking.ts';
import type { EnginePrompt, Turn } from '../engine/protocol.ts';
import type { LoadableModel } from '../models/model-library.ts';

/** A question and what came before it. */
export interface Turns {
  history: ChatMessage[];
  question: ChatMessage;
  /** The answer that is gone on with. */
  begun?: ChatMessage;
}

/** What the engine is asked: the answer's settings, then the model's own. */
export function toPrompt(
  loadable: LoadableModel,
  settings: AnswerSettings,
  { history, question, begun }: Turns,
): EnginePrompt {
  const defaults = loadable.model.defaultSampling;
  const seed = settings.seed ?? defaults.seed;
  const { from, summary } = lastSummaryOf([...history, question]);
  const system = [settings.system, summary && `What was said before, in short:\n${summary}`].filter(Boolean);
  return {
    ...(system.length === 0 ? {} : { system: system.join('\n\n') }),
    history: toTurns(history.slice(from)),
    question: question.text,
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
function toTurns(history: ChatMessage[]): Turn[] {
  const turns: Turn[] = [];
  for (let i = 0; i + 1 < history.length; i += 1) {
    const [question, answer] = [history[i], history[i + 1]];
    if (question?.role !== 'user' || answer?.role !== 'assistant' || answer.text === '') continue;
    const said = withoutThought(answer.text);
    if (said === '') continue;
    turns.push({ role: 'user', text: question.text }, { role: 'assistant', text: said });
  }
  return turns;
}

/** Where what is read as it was said begins, and what stands for all before it. */
export function lastSummaryOf(messages: readonly ChatMessage[]): {
  from: number;
  summary: string | undefined;
} {
  const from = messages.findLastIndex(({ summary }) => summary !== undefined);
  return { from: Math.max(0, from), summary: messages[from]?.summary };
}
