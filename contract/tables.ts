/**
 * The contract: everything that the page, the terminal and the core may say to each other.
 * Preload, router, client and test fakes are derived from these three tables.
 */
import { z } from 'zod';
import { chatEventSchema, chatSchema, chatSendSchema } from './chat.ts';
import { engineStatusSchema } from './engine.ts';
import { modelSchema, verificationSchema } from './models.ts';
import type { BroadcastName, CallName, StreamName } from './names.ts';
import { systemInfoSchema } from './system.ts';

const nothing = z.undefined();

/** Request and reply. */
export const calls = {
  'system.info': { input: nothing, output: systemInfoSchema },
  'models.list': { input: nothing, output: z.array(modelSchema) },
  'models.verify': { input: z.object({ id: z.string() }), output: verificationSchema },
  'engine.status': { input: nothing, output: engineStatusSchema },
  /** Loads the default model in the background, so that the first answer does not wait for it. */
  'engine.warm': { input: nothing, output: nothing },
  /** The chat of that id, or the current one: a reloaded page finds its messages again. */
  'chat.open': { input: z.object({ id: z.string().optional() }), output: chatSchema },
  /** Starts a new, empty chat and makes it the current one. */
  'chat.clear': { input: nothing, output: chatSchema },
  /** Asks the user, then opens an https address in the system's browser. Answered by the host. */
  'links.open': {
    input: z.object({ url: z.string().max(4096) }),
    output: z.object({ opened: z.boolean() }),
  },
} as const satisfies Record<CallName, { input: z.ZodType; output: z.ZodType }>;

/** One port a run: input once, then events until a terminal one. Closing the port cancels. */
export const streams = {
  'chat.send': { input: chatSendSchema, event: chatEventSchema },
} as const satisfies Record<StreamName, { input: z.ZodType; event: z.ZodType }>;

/** From the core to every window. */
export const broadcasts = {
  'engine.status': engineStatusSchema,
} as const satisfies Record<BroadcastName, z.ZodType>;

export type CallInput<N extends CallName> = z.infer<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.infer<(typeof calls)[N]['output']>;
export type StreamInput<N extends StreamName> = z.infer<(typeof streams)[N]['input']>;
export type StreamEvent<N extends StreamName> = z.infer<(typeof streams)[N]['event']>;
export type Broadcast<N extends BroadcastName> = z.infer<(typeof broadcasts)[N]>;
