/**
 * Only the main process can start utility processes, so core asks it to start engines and numbers them. Core and each engine
 * then talk over a port of their own, not through main.
 */
import { z } from 'zod';

const id = z.int().positive();

/** From core to main. */
export const engineOrderSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('engine-launch'), id }),
  z.object({ type: z.literal('engine-kill'), id }),
]);
export type EngineOrder = z.infer<typeof engineOrderSchema>;

/** From main to core. "engine-port" carries core's end of the port. */
export const engineNotificationSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('engine-port'), id }),
  z.object({ type: z.literal('engine-stderr'), id, text: z.string() }),
  z.object({
    type: z.literal('engine-exit'),
    id,
    exit: z.object({ code: z.number().nullable(), signal: z.string().nullable() }),
  }),
]);
export type EngineNotification = z.infer<typeof engineNotificationSchema>;
