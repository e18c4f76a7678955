import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Reply } from '../../contract/client.ts';
import type { FromCore } from '../channel.ts';
import { AppError } from '../errors.ts';
import { createEventQueue, type EventQueue } from '../event-queue.ts';
import type { Router } from '../router.ts';
import { type Address, readAddress } from './address.ts';
import { dial } from './local-socket.ts';
import { createTextLine, isProof, proofOf, type TextLine } from './text-line.ts';

/** The core of the window that is open, as a terminal has it. */
export interface Line extends Router {
  close(): void;
}

/** A core that is busy answers within this time. */
const PATIENCE_MS = 10_000;

const greetingSchema = z.object({ nonce: z.string().max(200), version: z.string() });
const GONE = {
  code: 'CORE_CRASHED',
  message: 'Sotto was closed meanwhile.',
  hint: 'Try again.',
} as const;

/**
 * Reaches the core of the window that is open. Undefined: none is.
 *
 * @throws AppError DB_UNAVAILABLE where it is of another version.
 */
export async function connectLine(dataDir: string, version: string): Promise<Line | undefined> {
  const address = await readAddress(dataDir);
  const socket = address === undefined ? undefined : await dial(address.path);
  if (address === undefined || socket === undefined) return undefined;
  const line = createTextLine(socket, undefined);
  const greeting = await greet(line, address);
  if (greeting === undefined) {
    socket.destroy();
    return undefined;
  }
  if (greeting !== version) {
    socket.destroy();
    throw new AppError('DB_UNAVAILABLE', `A Sotto of version ${greeting} is open.`, {
      hint: 'Close it first.',
    });
  }
  return overLine(line);
}

/** Whether a core serves this folder, whatever its version. */
export async function isAnswered(dataDir: string): Promise<boolean> {
  const address = await readAddress(dataDir);
  const socket = address === undefined ? undefined : await dial(address.path);
  if (address === undefined || socket === undefined) return false;
  const greeting = await greet(createTextLine(socket), address);
  socket.destroy();
  return greeting !== undefined;
}

/** Both sides show that they have the token. Returns the core's version; undefined: it is not the one that was meant. */
function greet(line: TextLine, { token }: Address): Promise<string | undefined> {
  const nonce = randomBytes(32).toString('hex');
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    const settle = (version: string | undefined) => {
      clearTimeout(timer);
      resolve(version);
    };
    let version: string | undefined;
    line.onClose(() => settle(undefined));
    line.onMessage((message) => {
      if (version !== undefined) {
        const { proof } = message as { proof?: unknown };
        settle(isProof(proof, proofOf(token, 'core', nonce)) ? version : undefined);
        return;
      }
      const greeting = greetingSchema.safeParse(message);
      if (!greeting.success) return settle(undefined);
      version = greeting.data.version;
      line.post({ nonce, proof: proofOf(token, 'terminal', greeting.data.nonce) });
    });
  });
}

function overLine(line: TextLine): Line {
  const replies = new Map<number, (reply: Reply<unknown>) => void>();
  const streams = new Map<number, EventQueue<unknown>>();
  let nextId = 1;
  let isGone = false;
  line.onMessage((raw) => {
    const message = raw as FromCore;
    if (message.type === 'reply') {
      replies.get(message.id)?.(message.reply);
      replies.delete(message.id);
    } else if (message.type === 'event') streams.get(message.id)?.push(message.event);
    else if (message.type === 'ended') streams.get(message.id)?.end();
  });
  line.onClose(() => {
    isGone = true;
    for (const resolve of replies.values()) resolve({ ok: false, error: GONE });
    for (const events of streams.values()) {
      events.push({ type: 'failed', error: GONE });
      events.end();
    }
  });
  const forward = async (id: number, parts: AsyncIterable<unknown>) => {
    for await (const part of parts) line.post({ type: 'send', id, part });
  };
  return {
    call: (name, input) => {
      if (isGone) return Promise.resolve({ ok: false, error: GONE });
      const id = nextId++;
      return new Promise((resolve) => {
        replies.set(id, resolve);
        line.post({ type: 'call', id, name, input });
      });
    },
    async *open(name, input, signal, upstream) {
      const id = nextId++;
      const events = createEventQueue<unknown>();
      streams.set(id, events);
      const cancel = () => line.post({ type: 'close', id });
      signal.addEventListener('abort', cancel, { once: true });
      if (isGone) {
        events.push({ type: 'failed', error: GONE });
        events.end();
      } else line.post({ type: 'open', id, name, input });
      if (upstream !== undefined) void forward(id, upstream);
      try {
        yield* events.iterate();
      } finally {
        signal.removeEventListener('abort', cancel);
        streams.delete(id);
        if (!events.ended) cancel();
      }
    },
    close: line.end,
  };
}
