import { isAbsolute } from 'node:path';
import type { AnswerStats, ChatEvent } from '../../contract/chat.ts';
import type { ErrorInfo } from '../../contract/errors.ts';
import type { ReadyEngine } from '../engine/engine-supervisor.ts';
import type { EngineEvent, EngineStats } from '../engine/protocol.ts';
import type { LoadableModel } from '../models/model-library.ts';

/** What the page is told of what an engine says. */
export function toChatEvent(
  event: EngineEvent,
  ready: ReadyEngine,
  loadable: LoadableModel,
  loadMs: number,
): ChatEvent {
  if (event.type === 'trimmed') return { type: 'notice', notice: trimmed(event.turns) };
  if (event.type !== 'done') return event;
  return { ...event, stats: toAnswerStats(event.stats, ready, loadable, loadMs) };
}

function toAnswerStats(
  stats: EngineStats,
  ready: ReadyEngine,
  loadable: LoadableModel,
  loadMs: number,
): AnswerStats {
  const { model } = loadable;
  return { ...stats, loadMs, backend: ready.device, model: shownAs(model) };
}

function trimmed(turns: number): ErrorInfo {
  return {
    code: 'CONTEXT_TRIMMED',
    message: `The first ${turns} messages of this conversation are not read any more: the model cannot hold all of it.`,
    hint: 'They stay in the chat. Start a new one for another subject, or choose a model with more context.',
  };
}

/** A model that was named by its path is told of by its name: a path says more of its user than is asked. */
function shownAs({ id, name }: LoadableModel['model']): string {
  return isAbsolute(id) ? name : id;
}

/** Of an answer that no engine ever began. */
export function emptyStats(model: string): AnswerStats {
  return {
    promptTokens: 0,
    completionTokens: 0,
    loadMs: 0,
    ttftMs: 0,
    prefillTokensPerSecond: 0,
    decodeTokensPerSecond: 0,
    peakRssBytes: 0,
    backend: 'cpu',
    model,
    contextTokens: 0,
    contextLimit: 1,
  };
}
