import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';
import { deviceSchema } from './models.ts';

/** The life of the one engine that answers chats, as every screen may show it. */
export const engineStatusSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('idle') }),
  z.object({ state: z.literal('loading'), modelId: z.string() }),
  z.object({
    state: z.literal('ready'),
    modelId: z.string(),
    device: deviceSchema,
    /** Present when the device is not the one asked for: why. */
    notice: errorInfoSchema.optional(),
    loadMs: z.number(),
  }),
  z.object({ state: z.literal('failed'), modelId: z.string(), error: errorInfoSchema }),
]);
export type EngineStatus = z.infer<typeof engineStatusSchema>;
