import { THINK_BEGIN, THINK_END } from '../../contract/thinking.ts';
import type { ChatEngine, Conversation } from '../../native/binding-types.ts';
import type { EngineStats } from './protocol.ts';

/** Gathers one answer's text and times. */
export function createRunFigures() {
  const startedAt = performance.now();
  let firstAt: number | undefined;
  let text = '';
  let isThinking = false;
  return {
    get text() {
      return text;
    },
    /** What is thought stands between marks in the text, as models write it themselves. Returns what to tell. */
    add: (piece: string, isThought: boolean): string[] => {
      firstAt ??= performance.now();
      const mark = isThought === isThinking ? '' : isThought ? THINK_BEGIN : THINK_END;
      isThinking = isThought;
      const pieces = [mark, piece].filter((one) => one !== '');
      text += pieces.join('');
      return pieces;
    },
    stats: (conversation: Conversation, engine: ChatEngine, contextLimit: number): EngineStats => {
      const measured = conversation.benchmark();
      const completionTokens = measured?.decodeTokens ?? (text === '' ? 0 : engine.tokenize(text).length);
      const decodeMs = firstAt === undefined ? 0 : performance.now() - firstAt;
      return {
        promptTokens: measured?.prefillTokens ?? 0,
        completionTokens,
        ttftMs: firstAt === undefined ? 0 : firstAt - startedAt,
        prefillTokensPerSecond: measured?.prefillTokensPerSecond ?? 0,
        decodeTokensPerSecond:
          measured?.decodeTokensPerSecond ?? (decodeMs > 0 ? (completionTokens * 1000) / decodeMs : 0),
        peakRssBytes: process.resourceUsage().maxRSS * 1024,
        contextTokens: Math.max(0, conversation.tokenCount()),
        contextLimit,
      };
    },
  };
}
