import { z } from 'zod';
import { toMs } from './chatgpt.ts';
import { type ImportedChat, keepTalk } from './imported-chat.ts';

const message = z.object({
  parentId: z.string().nullish().catch(undefined),
  role: z.string(),
  content: z.string().catch(''),
  timestamp: z.number().nullish().catch(undefined),
});

/** An entry of Open WebUI's export: a tree by id below `chat.history`. */
export const openWebUiSchema = z.object({
  title: z.string().nullish().catch(undefined),
  created_at: z.number().nullish().catch(undefined),
  chat: z.object({
    title: z.string().nullish().catch(undefined),
    history: z.object({
      currentId: z.string().nullish().catch(undefined),
      messages: z.record(z.string(), message),
    }),
  }),
});

export function fromOpenWebUi({ title, created_at, chat }: z.infer<typeof openWebUiSchema>): ImportedChat {
  const raw = Object.entries(chat.history.messages).map(([key, one]) => ({
    key,
    parentKey: one.parentId ?? null,
    role: one.role,
    text: one.content,
    createdAt: toMs(one.timestamp),
  }));
  return {
    title: title ?? chat.title ?? '',
    createdAt: toMs(created_at),
    ...keepTalk(raw, chat.history.currentId ?? undefined),
  };
}
