import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** The way from an instance to the database, on which connections are lost and come to a halt. */
export class Wire {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #isStalled = false;

  private constructor(server: Server, target: number) {
    this.#server = server;
    server.on('connection', (client) => this.#carry(client, target));
  }

  /** @param target a port of this machine */
  static async to(target: number): Promise<Wire> {
    // Half-open: what one side still says after it has ended is let through.
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Wire(server, target);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Both ends are told. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  /** The instance loses its connections, and the database does not notice until `letGo` is called. */
  strand(): { letGo: () => void } {
    const stranded = [...this.#pairs];
    for (const pair of stranded) {
      this.#pairs.delete(pair);
      pair.server.removeAllListeners('data').on('data', () => undefined);
      pair.client.removeAllListeners('close').destroy();
    }
    return { letGo: () => stranded.forEach(({ server }) => server.destroy()) };
  }

  /** Nothing gets through, and nothing is lost. */
  stall(): { resume: () => void } {
    this.#isStalled = true;
    for (const end of this.#ends()) end.pause();
    const resume = () => {
      this.#isStalled = false;
      for (const end of this.#ends()) end.resume();
    };
    return { resume };
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #ends(): Socket[] {
    return [...this.#pairs].flatMap(({ client, server }) => [client, server]);
  }

  #carry(client: Socket, target: number): void {
    const server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const pair = { client, server };
    this.#pairs.add(pair);
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const) {
      end.on('error', () => undefined);
      end.on('data', (chunk) => other.write(chunk));
      end.on('end', () => other.end());
      end.on('close', () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
      if (this.#isStalled) end.pause();
    }
  }
}
