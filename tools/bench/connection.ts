import { connect, type Socket } from 'node:net';

/** One request; a body is JSON already, in ASCII. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly body?: string;
}

/** Who calls, and from where. */
export interface From {
  /** The address that it comes from, of those that this machine has. */
  readonly localAddress?: string | undefined;
  /** Sent with each call, if keys are asked for. */
  readonly key?: string | undefined;
}

/** What the kernel has for any of the sockets is read into here and taken out at once. */
const RECEIVED = Buffer.allocUnsafe(64 * 1024);

/** One kept connection, one request at a time. Reads the HTTP/1.1 that our services speak, not all there is. */
export class Connection {
  onAnswer: (status: number, text: string, bodyAt: number) => void = () => undefined;
  onLost: (error: Error) => void = () => undefined;
  readonly #socket: Socket;
  readonly #head: string;
  #received = '';
  #isClosed = false;

  static open(url: URL, from: From = {}): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const connection: Connection = new Connection(url, from, () => resolve(connection));
      connection.onLost = reject;
    });
  }

  private constructor({ hostname, port, host }: URL, { localAddress, key }: From, opened: () => void) {
    const onread = { buffer: RECEIVED, callback: (length: number) => this.#receive(length) };
    this.#socket = connect(
      { host: hostname, port: Number(port), localAddress, noDelay: true, onread },
      opened,
    );
    this.#socket.on('error', (error) => this.onLost(error));
    this.#socket.on('close', () => {
      if (!this.#isClosed) this.onLost(new Error('The service closed a connection.'));
    });
    this.#head = ` HTTP/1.1\r\nHost: ${host}\r\n${key === undefined ? '' : `Authorization: Bearer ${key}\r\n`}`;
  }

  send({ method, path, body }: Call): void {
    const head = `${method} ${path}${this.#head}`;
    const rest = body
      ? `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
      : '\r\n';
    this.#socket.write(head + rest, 'latin1');
  }

  /** Whether the service has not closed it, as it does after a while without a call. */
  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Resolves with the status. */
  ask(call: Call): Promise<number> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) throw new Error('The service has closed this connection.');
      this.onAnswer = resolve;
      this.onLost = reject;
      this.send(call);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #receive(length: number): boolean {
    const text = this.#received + RECEIVED.toString('latin1', 0, length);
    const headEnd = text.indexOf('\r\n\r\n');
    const bodyAt = headEnd + 4;
    if (headEnd === -1 || text.length < bodyAt + contentLength(text, headEnd)) {
      this.#received = text;
    } else {
      this.#received = '';
      this.onAnswer(Number(text.slice(9, 12)), text, bodyAt);
    }
    return true;
  }
}

const LENGTH = '\r\ncontent-length: ';

function contentLength(text: string, headEnd: number): number {
  const at = text.indexOf(LENGTH);
  if (at !== -1 && at < headEnd) return parseInt(text.slice(at + LENGTH.length, at + LENGTH.length + 10), 10);
  if (text.startsWith('204', 9)) return 0;
  throw new Error(`An answer without its length:\n${text}`);
}
