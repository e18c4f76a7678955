import { z } from 'zod';
import { type ImportedChat, keepTalk } from './imported-chat.ts';

const seconds = z.number().nullish().catch(undefined);

/** An entry of ChatGPT's `conversations.json`: a tree by id. Parts that are no text (pictures) are left out. */
export const chatGptSchema = z.object({
  title: z.string().nullish().catch(undefined),
  create_time: seconds,
  current_node: z.string().nullish().catch(undefined),
  mapping: z.record(
    z.string(),
    z.object({
      parent: z.string().nullish().catch(undefined),
      message: z
        .object({
          author: z.object({ role: z.string() }),
          create_time: seconds,
          content: z.object({ parts: z.array(z.unknown()).optional() }),
        })
        .nullish()
        .catch(undefined),
    }),
  ),
});

export function fromChatGpt(chat: z.infer<typeof chatGptSchema>): ImportedChat {
  const raw = Object.entries(chat.mapping).map(([key, { parent, message }]) => ({
    key,
    parentKey: parent ?? null,
    role: message?.author.role ?? '',
    text: (message?.content.parts ?? []).filter((part) => typeof part === 'string').join('\n'),
    createdAt: toMs(message?.create_time),
  }));
  return {
    title: chat.title ?? '',
    createdAt: toMs(chat.create_time),
    ...keepTalk(raw, chat.current_node ?? undefined),
  };
}

export function toMs(time: number | null | undefined): number | undefined {
  // Seconds with a fraction; some exports have milliseconds.
  if (time === null || time === undefined || !Number.isFinite(time) || time <= 0) return undefined;
  return Math.round(time > 1e11 ? time : time * 1000);
}
