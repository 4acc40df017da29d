import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import pg from 'pg';

/**
 * How a connection is lost at one of its statements.
 *
 * - `before`: both ends are cut before the statement gets through
 * - `after`: the server carries the statement out; both ends are cut before its answer gets through
 * - `terminated`: the server ends the session before the statement, and says so (57P01)
 * - `stranded`: as `before`, but the server does not notice until `Wire.letGo`
 * - `abandoned`: the server is about to carry the statement out, and does not notice that nobody waits for it
 */
export type Loss = 'before' | 'after' | 'terminated' | 'stranded' | 'abandoned';

interface Message {
  /** Empty for the first message of a client, which has no type. */
  readonly type: string;
  readonly body: Buffer;
  readonly whole: Buffer;
}

/** A way to the database on which connections can be lost at any statement. */
export class Wire {
  /** The database, by way of here. */
  readonly url: string;
  /** What went over it since it was last armed, on all connections. */
  statements: string[] = [];
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  readonly #stranded = new Set<Socket>();
  #isFrozen = false;
  #loss: Loss | null = null;
  #isAt: (statement: string, n: number) => boolean = () => false;

  private constructor(server: Server, target: URL) {
    this.#server = server;
    this.#target = target;
    const url = new URL(target);
    url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.url = url.href;
    server.on('connection', (client) => this.#carry(client));
  }

  static async to(databaseUrl: string): Promise<Wire> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Wire(server, new URL(databaseUrl));
  }

  /** Loses the connection that sends the first statement for which this holds; `n` counts them from 1. */
  lose(loss: Loss, isAt: (statement: string, n: number) => boolean): void {
    this.statements = [];
    this.#loss = loss;
    this.#isAt = isAt;
  }

  /** Asks for no loss any more; whether the one that was asked for has yet to happen. */
  disarm(): boolean {
    const isArmed = this.#loss !== null;
    this.#loss = null;
    return isArmed;
  }

  /** Lets the server notice that those who were stranded are gone. */
  letGo(): void {
    for (const socket of this.#stranded) socket.destroy();
    this.#stranded.clear();
  }

  /** From here on nothing gets through, and nobody notices: connections stay, new ones begin and get no answer. */
  freeze(): void {
    this.#isFrozen = true;
    for (const socket of this.#sockets) socket.pause();
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** From here on nobody is there: connections end, new ones are refused. */
  async shut(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async reopen(): Promise<void> {
    const port = Number(new URL(this.url).port);
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  close(): Promise<void> {
    return this.shut();
  }

  #carry(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    const asked = new Messages('untyped');
    const answered = new Messages('typed');
    const prepared = new Map<string, string>();
    let pid = 0;
    let loss: Loss | null = null;
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(end);
      end.setNoDelay();
      end.on('error', () => undefined);
      end.on('close', () => {
        this.#sockets.delete(end);
        if (!this.#stranded.has(other)) other.end();
      });
    }
    client.on('data', (chunk) => {
      for (const message of asked.read(chunk)) {
        const wasLost = loss !== null;
        loss ??= this.#lossAt(message, prepared);
        if (loss === null || loss === 'after' || loss === 'abandoned') server.write(message.whole);
        if (loss === null || loss === 'after' || wasLost) continue;
        if (loss === 'terminated') {
          void terminate(this.#target.href, pid);
          continue;
        }
        if (loss === 'before') server.destroy();
        else this.#stranded.add(server);
        client.destroy();
      }
    });
    if (this.#isFrozen) client.pause();
    server.on('data', (chunk) => {
      for (const { type, body, whole } of answered.read(chunk)) {
        if (type === 'K') pid = body.readInt32BE();
        if (loss === null || loss === 'terminated') client.write(whole);
        else if (type === 'Z') {
          client.destroy();
          server.destroy();
        }
      }
    });
  }

  /** @param prepared what the connection's prepared statements say, by their names */
  #lossAt({ type, body }: Message, prepared: Map<string, string>): Loss | null {
    // A simple query is its text. Others are parsed under a name, once, and bound to their parameters each time.
    const [first = '', second = ''] = 'QPB'.includes(type) ? body.toString().split('\0', 2) : [];
    if (type === 'P') prepared.set(first, second);
    if (type !== 'Q' && type !== 'B') return null;
    const statement = type === 'Q' ? first : (prepared.get(second) ?? '');
    this.statements.push(statement);
    if (this.#loss === null || !this.#isAt(statement, this.statements.length)) return null;
    const loss = this.#loss;
    this.#loss = null;
    return loss;
  }
}

/** Ends a session of the server, as an operator would. */
export async function terminate(databaseUrl: string, pid: number): Promise<void> {
  const url = new URL(databaseUrl);
  // Where nobody ends the operator's own session, as those who drop a test's database do.
  url.pathname = '/postgres';
  const operator = new pg.Client({ connectionString: url.href });
  await operator.connect();
  await operator.query('select pg_terminate_backend($1)', [pid]);
  await operator.end();
}

/** Finds the messages in a stream: a type of one letter, a length that counts itself, a body. */
class Messages {
  #rest = Buffer.alloc(0);
  #isTyped: boolean;

  /** @param first whether the first message of the stream has a type; a client's has none */
  constructor(first: 'typed' | 'untyped') {
    this.#isTyped = first === 'typed';
  }

  *read(chunk: Buffer): Generator<Message> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const head = this.#isTyped ? 1 : 0;
      if (this.#rest.length < head + 4) return;
      const end = head + this.#rest.readInt32BE(head);
      if (this.#rest.length < end) return;
      const whole = this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(end);
      this.#isTyped = true;
      yield { type: whole.toString('latin1', 0, head), body: whole.subarray(head + 4), whole };
    }
  }
}
