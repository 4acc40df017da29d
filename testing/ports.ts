import { once } from 'node:events';
import { connect, createServer } from 'node:net';

let lastPort = 10_000 + (process.pid % 2_000) * 10;

/**
 * A port of 127.0.0.1 on which nobody listens. It stays free while its server is away: it is below those that the system
 * gives to connections, and each process starts its search elsewhere.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = (lastPort = lastPort >= 31_000 ? 10_000 : lastPort + 1);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** Whether a server takes connections on this port of 127.0.0.1. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
