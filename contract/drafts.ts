import { z } from 'zod';
import { chatIdSchema } from './chat.ts';
import { MESSAGE_LIMIT_CHARS } from './limits.ts';
import { mediaInputSchema } from './media.ts';

const attachmentIdSchema = z.string().min(1).max(100);

/** What goes along with the next message. */
export const draftAttachmentSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    id: attachmentIdSchema,
    name: z.string().max(255),
    text: z.string().max(MESSAGE_LIMIT_CHARS),
  }),
  z.object({ kind: z.literal('media'), id: attachmentIdSchema, media: mediaInputSchema }),
]);
export type DraftAttachment = z.infer<typeof draftAttachmentSchema>;

/** A message that is being written. Every chat has its own. */
export const chatDraftSchema = z.object({ text: z.string(), attachments: z.array(draftAttachmentSchema) });
export type ChatDraft = z.infer<typeof chatDraftSchema>;

/** What is named changes, the rest stays. */
export const draftChangeSchema = z.object({
  chatId: chatIdSchema,
  text: z
    .string()
    .max(4 * MESSAGE_LIMIT_CHARS)
    .optional(),
  add: draftAttachmentSchema.optional(),
  remove: z.array(attachmentIdSchema).max(1000).optional(),
  /** What goes has become a message; otherwise it was discarded, and goes from the backups too. */
  isSent: z.boolean().optional(),
});
export type DraftChange = z.infer<typeof draftChangeSchema>;
