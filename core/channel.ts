/**
 * The line between a host (Electron's main process, a terminal) and core in a process of its own. One message type a
 * direction; streams are numbered by the host.
 */
import { z } from 'zod';
import type { Reply } from '../contract/client.ts';
import { createEventQueue } from './event-queue.ts';
import type { HostQuestion, HostQuestions } from './host-questions.ts';
import { isPlainMessage } from './message-check.ts';
import type { Router } from './router.ts';

export const toCoreSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.int(), name: z.string(), input: z.unknown().optional() }),
  z.object({ type: z.literal('open'), id: z.int(), name: z.string(), input: z.unknown().optional() }),
  /** A part of what the stream works on. */
  z.object({ type: z.literal('send'), id: z.int(), part: z.unknown() }),
  z.object({ type: z.literal('close'), id: z.int() }),
  /** To what core asked; without a value there is none. */
  z.object({ type: z.literal('answer'), id: z.int(), value: z.string().optional() }),
  z.object({ type: z.literal('quit') }),
]);
export type ToCore = z.infer<typeof toCoreSchema>;

export type FromCore =
  | { type: 'ready' }
  /** This process makes room for a new one, and answers nothing from now on. */
  | { type: 'leaving' }
  | { type: 'reply'; id: number; reply: Reply<unknown> }
  | { type: 'event'; id: number; event: unknown }
  | { type: 'ended'; id: number }
  | { type: 'broadcast'; name: string; value: unknown }
  | { type: 'ask'; id: number; question: HostQuestion };

export interface Channel {
  /** What came from the other side, whatever it is. */
  receive(raw: unknown): void;
  /** The other side is gone: its streams are cancelled. */
  close(): void;
}

/** Serves a router over messages. */
export function serveChannel(
  router: Router,
  post: (message: FromCore) => void,
  quit: () => void,
  questions?: HostQuestions,
): Channel {
  const open = new Map<number, OpenRun>();
  const stream = async (id: number, name: string, input: unknown) => {
    const run = createOpenRun();
    open.set(id, run);
    for await (const event of run.start(router, name, input)) post({ type: 'event', id, event });
    open.delete(id);
    post({ type: 'ended', id });
  };
  const receive = (raw: unknown): void => {
    const parsed = toCoreSchema.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    if (message.type === 'call') {
      void router
        .call(message.name, message.input)
        .then((reply) => post({ type: 'reply', id: message.id, reply }));
    } else if (message.type === 'open') void stream(message.id, message.name, message.input);
    else if (message.type === 'send') open.get(message.id)?.send(message.part);
    else if (message.type === 'close') open.get(message.id)?.close();
    else if (message.type === 'answer') questions?.take(message.id, message.value);
    else quit();
  };
  const close = () => {
    for (const run of open.values()) run.close();
  };
  return { receive, close };
}

/** The same for one stream whose port reaches core directly; closing the port cancels. */
export interface StreamPort {
  postMessage(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
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
  const run = createOpenRun();
  port.onMessage(run.send);
  port.onClose(run.close);
  for await (const event of run.start(router, name, input)) port.postMessage(event);
  port.close();
}

/** One run of a stream: what the other side sends waits here until it is read. */
interface OpenRun {
  start(router: Router, name: string, input: unknown): AsyncIterable<unknown>;
  send(part: unknown): void;
  /** The other side is gone: cancels. */
  close(): void;
}

/** Fits the schema of no stream. */
const NO_PART = Symbol('no part');

function createOpenRun(): OpenRun {
  const abort = new AbortController();
  const upstream = createEventQueue<unknown>();
  return {
    start: (router, name, input) => router.open(name, input, abort.signal, upstream.iterate()),
    // What could be no part of anything ends the run with the sentence that the router has for it.
    send: (part) => upstream.push(isPlainMessage(part) ? part : NO_PART),
    close: () => {
      abort.abort();
      // Whoever waits for more of it must not wait for ever.
      upstream.end();
    },
  };
}
