import { z } from 'zod';
import { toMs } from './chatgpt.ts';
import { type ImportedChat, inLine, keepTalk } from './imported-chat.ts';

const content = z.array(z.object({ type: z.string(), text: z.string().optional() })).catch([]);
const version = z.object({
  role: z.string(),
  content: content.optional(),
  steps: z.array(z.object({ content: content.optional() })).optional(),
});

/** A conversation file of LM Studio: messages in line, each with its versions. The chosen version is taken. */
export const lmStudioSchema = z.object({
  name: z.string().nullish().catch(undefined),
  createdAt: z.number().nullish().catch(undefined),
  messages: z.array(z.object({ versions: z.array(version).min(1), currentlySelected: z.int().catch(0) })),
});

export function fromLmStudio({ name, createdAt, messages }: z.infer<typeof lmStudioSchema>): ImportedChat {
  const raw = messages.map(({ versions, currentlySelected }) => {
    const chosen = versions[currentlySelected] ?? versions[0];
    const parts = [
      ...(chosen?.content ?? []),
      ...(chosen?.steps ?? []).flatMap((step) => step.content ?? []),
    ];
    return {
      role: chosen?.role ?? '',
      text: parts.flatMap((part) => (part.type === 'text' ? [part.text ?? ''] : [])).join('\n'),
      createdAt: undefined,
    };
  });
  return {
    title: name ?? '',
    createdAt: toMs(createdAt),
    ...keepTalk(inLine(raw), raw.length === 0 ? undefined : String(raw.length - 1)),
  };
}
