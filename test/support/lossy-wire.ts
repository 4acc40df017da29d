import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server on which requests of clients are lost while the connection stays. */
export class LossyWire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #marker: string | null = null;
  #lost = 0;

  private constructor(server: Server, target: number) {
    this.#server = server;
    server.on('connection', (client) => this.#carry(client, target));
  }

  /** @param target a port of this machine */
  static async to(target: number): Promise<LossyWire> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new LossyWire(server, target);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many packets were lost. */
  get lost(): number {
    return this.#lost;
  }

  /** From here on packets of clients with this text in them are lost; null: none. */
  lose(marker: string | null): void {
    this.#marker = marker;
  }

  /** Ends all connections; new ones can begin. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #carry(client: Socket, target: number): void {
    const server = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (packet) => {
      if (this.#marker !== null && packet.includes(this.#marker)) this.#lost++;
      else server.write(packet);
    });
    server.on('data', (packet) => client.write(packet));
  }
}
