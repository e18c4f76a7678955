import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import split2 from 'split2';
import { fromSafeMessage, toSafeMessage } from '../safe-messages.ts';

/** More than the longest text that is taken, with all its characters escaped. */
const LONGEST_LINE_CHARS = 32 * 1024 * 1024;

/** Messages over a socket, one a line. What is no message ends the socket. */
export interface TextLine {
  post(message: unknown): void;
  /** In the place of the one before. */
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  end(): void;
}

export function createTextLine(socket: Duplex, limit: number | undefined = LONGEST_LINE_CHARS): TextLine {
  const lines = socket.pipe(
    split2((json) => fromSafeMessage({ json }), limit === undefined ? {} : { maxLength: limit }),
  );
  let heard: (message: unknown) => void = () => undefined;
  lines.on('data', (message) => heard(message));
  lines.on('error', () => socket.destroy());
  // A broken line is told by its end.
  socket.on('error', () => undefined);
  return {
    post: (message) => {
      if (!socket.destroyed) socket.write(`${toSafeMessage(message).json}\n`);
    },
    onMessage: (listener) => {
      heard = listener;
    },
    onClose: (listener) => {
      socket.once('close', listener);
    },
    end: () => socket.end(),
  };
}

/** Shows that one side has the token without saying it: nobody who has put a socket in its place learns it. */
export function proofOf(token: string, side: 'core' | 'terminal', nonce: string): string {
  return createHmac('sha256', token).update(`${side} ${nonce}`).digest('hex');
}

export function isProof(given: unknown, wanted: string): boolean {
  if (typeof given !== 'string' || given.length !== wanted.length) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}
