/**
 * The line between a host (Electron's main process) and core in a process of its own. One message type a
 * direction; streams are numbered by the host.
 */
import { z } from 'zod';
import type { Reply } from '../contract/client.ts';
import type { Router } from './router.ts';

export const toCoreSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.int(), name: z.string(), input: z.unknown().optional() }),
  z.object({ type: z.literal('open'), id: z.int(), name: z.string(), input: z.unknown().optional() }),
  z.object({ type: z.literal('close'), id: z.int() }),
  z.object({ type: z.literal('quit') }),
]);
export type ToCore = z.infer<typeof toCoreSchema>;

export type FromCore =
  | { type: 'ready' }
  | { type: 'reply'; id: number; reply: Reply<unknown> }
  | { type: 'event'; id: number; event: unknown }
  | { type: 'ended'; id: number }
  | { type: 'broadcast'; name: string; value: unknown };

/** Serves a router over messages. Returns the handler for incoming ones. */
export function serveChannel(router: Router, post: (message: FromCore) => void, quit: () => void) {
  const open = new Map<number, AbortController>();
  const stream = async (id: number, name: string, input: unknown) => {
    const abort = new AbortController();
    open.set(id, abort);
    for await (const event of router.open(name, input, abort.signal)) post({ type: 'event', id, event });
    open.delete(id);
    post({ type: 'ended', id });
  };
  return (raw: unknown): void => {
    const parsed = toCoreSchema.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    if (message.type === 'call') {
      void router
        .call(message.name, message.input)
        .then((reply) => post({ type: 'reply', id: message.id, reply }));
    } else if (message.type === 'open') void stream(message.id, message.name, message.input);
    else if (message.type === 'close') open.get(message.id)?.abort();
    else quit();
  };
}

/** The same for one stream whose port reaches core directly; closing the port cancels. */
export interface StreamPort {
  postMessage(message: unknown): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** Runs one stream into its own port. */
export async function servePort(
  router: Router,
  port: StreamPort,
  name: string,
  input: unknown,
): Promise<void> {
  const abort = new AbortController();
  port.onClose(() => abort.abort());
  for await (const event of router.open(name, input, abort.signal)) port.postMessage(event);
  port.close();
}
