import type { StreamEnd } from './addon.ts';
import type { GenerationEvent, NativeErrorShape } from './binding-types.ts';
import { NativeError } from './native-error.ts';

/** Of a chunk, what is text: `{"role":"assistant","content":[{"type":"text","text":…}],"channels":{…}}`. */
interface Chunk {
  content?: unknown;
  channels?: unknown;
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  if (typeof part !== 'object' || part === null || !('text' in part)) return '';
  return typeof part.text === 'string' ? part.text : '';
}

function textOf(content: unknown): string {
  return Array.isArray(content) ? content.map(partText).join('') : partText(content);
}

function parseChunk(json: string): Chunk {
  const value: unknown = JSON.parse(json);
  return typeof value === 'object' && value !== null ? value : {};
}

/**
 * The events in one chunk of LiteRT-LM: thinking (every channel beside the answer) before text.
 * @param json one whole JSON message that holds only what is new
 */
export function eventsOfChunk(json: string): GenerationEvent[] {
  const { content, channels } = parseChunk(json);
  const events: GenerationEvent[] = [];
  if (typeof channels === 'object' && channels !== null) {
    const thinking = Object.values(channels).map(textOf).join('');
    if (thinking !== '') events.push({ type: 'thinking', text: thinking });
  }
  const text = textOf(content);
  if (text !== '') events.push({ type: 'text', text });
  return events;
}

/** The terminal event for how the addon says that an answer ended. */
export function terminalEvent(end: StreamEnd, constrained: boolean): GenerationEvent {
  if (end.kind !== 'error') return { type: end.kind };
  const error: NativeErrorShape = end.error ?? new NativeError('SEND', 'The answer failed');
  if (constrained && error.code === 'SEND' && /constraint|regex|schema|grammar/i.test(error.message)) {
    return { type: 'error', error: new NativeError('CONSTRAINT', error.message) };
  }
  return { type: 'error', error };
}
