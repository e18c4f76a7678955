import { withoutThought } from '../../contract/thinking.ts';
import type { ReadyEngine } from '../engine/engine-supervisor.ts';
import type { EnginePrompt } from '../engine/protocol.ts';
import { fromInfo } from '../errors.ts';

/** Has a model write something that is no answer of a chat, in its turn. @throws AppError ENGINE_*, CONTEXT_FULL. */
export async function writeText(
  { engine, queue }: ReadyEngine,
  prompt: EnginePrompt,
  signal: AbortSignal,
): Promise<string> {
  const leave = await queue.enter(signal);
  let text = '';
  try {
    for await (const event of engine.generate(prompt, signal)) {
      if (event.type === 'failed') throw fromInfo(event.error);
      if (event.type === 'delta') text += event.text;
    }
  } finally {
    leave();
  }
  return withoutThought(text).trim();
}
