/**
 * Only the main process may start utility processes, so core asks it for engines: by a number that core gives each. What core and
 * its engine say to each other goes over a port that both get, and not through main.
 */
import { z } from 'zod';

const id = z.int().positive();

/** From core to main. */
export const engineOrderSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('engine-launch'), id }),
  z.object({ type: z.literal('engine-kill'), id }),
]);
export type EngineOrder = z.infer<typeof engineOrderSchema>;

/** From main to core. The first comes with core's end of the port. */
export const engineNewsSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('engine-port'), id }),
  z.object({ type: z.literal('engine-stderr'), id, text: z.string() }),
  z.object({
    type: z.literal('engine-exit'),
    id,
    exit: z.object({ code: z.number().nullable(), signal: z.string().nullable() }),
  }),
]);
export type EngineNews = z.infer<typeof engineNewsSchema>;
