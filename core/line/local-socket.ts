import { chmod } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Duplex } from 'node:stream';

/*
 * The only file, beside the one door to the network, that opens sockets: with a path in the file system or the name of a pipe,
 * never a port. Nothing here can be reached from, or reach, another machine.
 */

export interface LocalServer {
  close(): void;
}

/** Undefined where nobody listens any more. */
export function dial(path: string): Promise<Duplex | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

/** Only this user may connect. @throws what the system throws. */
export async function listen(path: string, onConnect: (socket: Duplex) => void): Promise<LocalServer> {
  const sockets = new Set<Duplex>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    onConnect(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path }, resolve);
  });
  if (process.platform !== 'win32') await chmod(path, 0o600);
  return {
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
