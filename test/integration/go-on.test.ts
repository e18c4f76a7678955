import { describe, expect, it } from 'vitest';
import type { ChatEvent, ChatSend } from '../../contract/chat.ts';
import { withTempDir } from '../support/models.ts';
import { createRealCore } from '../support/real-core.ts';
import { TINY_GEMMA, taughtPairs } from '../support/tiny-gemma.ts';

const settings = { modelId: TINY_GEMMA, temperature: 0 };

async function run(events: AsyncIterable<ChatEvent>): Promise<void> {
  for await (const event of events) if (event.type === 'failed') throw new Error(event.error.code);
}

describe('an answer that was cut', () => {
  it('goes on, word for word, as it would have gone on', async () => {
    await withTempDir(async (dir) => {
      const { core } = createRealCore(dir);
      const send = (action: ChatSend['action'], chatId: string, maxTokens: number) =>
        run(
          core.chat.send(
            { chatId, action, settings: { ...settings, maxTokens } },
            new AbortController().signal,
          ),
        );
      try {
        const { id } = await core.chat.clear();
        // A turn before it: the conversation is read as the model's template has it.
        for (const [question, answer] of taughtPairs().slice(0, 4)) {
          await send({ type: 'ask', text: question }, id, 3);
          const cut = (await core.chat.open(id)).messages.at(-1);
          expect(cut?.state).toBe('length');
          expect(answer.startsWith(cut?.text.trim() ?? '')).toBe(true);
          await send({ type: 'continue' }, id, 60);
          const whole = (await core.chat.open(id)).messages.at(-1);
          expect(whole).toMatchObject({ id: cut?.id, state: 'complete' });
          expect(whole?.text.trim()).toBe(answer);
        }
      } finally {
        await core.dispose();
      }
    });
  });
});
