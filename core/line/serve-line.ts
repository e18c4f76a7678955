import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { serveChannel } from '../channel.ts';
import type { Logger } from '../logger.ts';
import type { Router } from '../router.ts';
import { type Address, makeAddress, publishAddress, withdrawAddress } from './address.ts';
import { isAnswered } from './connect-line.ts';
import { listen } from './local-socket.ts';
import { createTextLine, isProof, proofOf } from './text-line.ts';

export interface LineOptions {
  dataDir: string;
  version: string;
  router: Router;
  /** A terminal's call or stream of that name has come to its end. */
  onUsed: (name: string) => void;
  log: Logger;
}

export interface ServedLine {
  close(): Promise<void>;
}

/** A terminal that does not say who it is within this time is no terminal. */
const GREETING_MS = 5_000;

const helloSchema = z.object({ nonce: z.string().max(200), proof: z.string().max(200) });

/**
 * Lets terminals of the same user reach this core over a local socket. Where another core already does, or no socket
 * can be had, nothing is served.
 */
export async function serveLine(options: LineOptions): Promise<ServedLine> {
  const { dataDir, log } = options;
  try {
    if (await isAnswered(dataDir)) return { close: async () => undefined };
    const address = await makeAddress(dataDir);
    const server = await listen(address.path, (socket) => welcome(socket, address, options));
    await publishAddress(dataDir, address);
    return {
      close: async () => {
        await withdrawAddress(dataDir, address);
        server.close();
      },
    };
  } catch (cause) {
    log.warn(`no line for terminals: ${cause}`);
    return { close: async () => undefined };
  }
}

/** Both sides show that they have the token; then the line is served. */
function welcome(socket: Duplex, { token }: Address, { version, router, onUsed }: LineOptions): void {
  const line = createTextLine(socket);
  const nonce = randomBytes(32).toString('hex');
  const timer = setTimeout(() => socket.destroy(), GREETING_MS);
  line.onClose(() => clearTimeout(timer));
  let channel: ReturnType<typeof serveChannel> | undefined;
  line.onMessage((message) => {
    if (channel !== undefined) return channel.receive(message);
    const hello = helloSchema.safeParse(message);
    if (!hello.success || !isProof(hello.data.proof, proofOf(token, 'terminal', nonce))) {
      socket.destroy();
      return;
    }
    clearTimeout(timer);
    channel = serveChannel(watched(router, onUsed), line.post, line.end);
    line.onClose(channel.close);
    line.post({ proof: proofOf(token, 'core', hello.data.nonce) });
  });
  line.post({ nonce, version });
}

function watched(router: Router, onUsed: (name: string) => void): Router {
  return {
    call: async (name, input) => {
      const reply = await router.call(name, input);
      onUsed(name);
      return reply;
    },
    async *open(name, input, signal, upstream) {
      try {
        yield* router.open(name, input, signal, upstream);
      } finally {
        onUsed(name);
      }
    },
  };
}
