import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  /** In lower case; several of one name are joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** The answer goes on for as long as its connection. */
  readonly isEndless: boolean;
}

/** What came is no answer that HTTP knows. */
export class NoHttp extends Error {}

/**
 * A connection on which anything at all can be said: clients that know HTTP refuse to send what servers must be able to
 * bear.
 */
export class WireClient {
  readonly #port: number;
  #socket: Socket | null = null;
  #received = Buffer.alloc(0);
  #isEnded = false;
  #wake: () => void = () => undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /**
   * Says it, on the connection of the last time where that is still open.
   * @param parts are sent one after the other, each in a packet of its own
   */
  async say(parts: readonly Buffer[]): Promise<void> {
    const socket = (this.#socket ??= await this.#open());
    for (const [i, part] of parts.entries()) {
      if (i > 0) await new Promise((resolve) => setImmediate(resolve));
      if (socket.writable) socket.write(part);
    }
  }

  /**
   * The next answer; null where the connection ends without one.
   * @throws {NoHttp} also where none comes in time
   */
  async hear(method: string, limitMs = 20_000): Promise<WireAnswer | null> {
    const answer = await this.listen(method, limitMs);
    if (answer !== undefined) return answer;
    this.close();
    throw new NoHttp(`no answer within ${limitMs} ms`);
  }

  /** As `hear`; undefined where none has come yet. */
  async listen(method: string, limitMs: number): Promise<WireAnswer | null | undefined> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      const answer = answerIn(this.#received, method, this.#isEnded);
      if (answer) {
        this.#received = this.#received.subarray(answer.length);
        if (answer.isEndless || /\bclose\b/.test(answer.headers.get('connection') ?? '')) {
          if (answer.isEndless) this.close();
          else await this.#rest(deadline);
        }
        return answer;
      }
      if (this.#isEnded) {
        if (this.#received.length > 0)
          throw new NoHttp(`half an answer: ${this.#received.toString('latin1', 0, 300)}`);
        this.close();
        return null;
      }
      if (this.#socket === null) return null;
      if (Date.now() > deadline) return undefined;
      await this.#more(deadline);
    }
  }

  /** What came behind the last answer, which nobody has asked for. */
  get surplus(): string {
    return this.#received.toString('latin1', 0, 300);
  }

  /** Says that nothing more comes. */
  end(): void {
    this.#socket?.end();
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = null;
    this.#received = Buffer.alloc(0);
    this.#isEnded = false;
  }

  /** Whatever else the server sends before it closes. */
  async #rest(deadline: number): Promise<void> {
    while (!this.#isEnded && Date.now() < deadline) await this.#more(deadline);
    this.#socket?.destroy();
    this.#socket = null;
    this.#isEnded = false;
  }

  async #more(deadline: number): Promise<void> {
    const heard = new Promise<void>((resolve) => (this.#wake = resolve));
    const timer = setTimeout(() => this.#wake(), Math.max(1, deadline - Date.now()));
    await heard;
    clearTimeout(timer);
  }

  async #open(): Promise<Socket> {
    const socket = connect({ port: this.#port, host: '127.0.0.1', allowHalfOpen: true });
    this.#received = Buffer.alloc(0);
    this.#isEnded = false;
    socket.on('data', (chunk) => {
      if (socket !== this.#socket) return;
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    const ended = () => {
      if (socket !== this.#socket) return;
      this.#isEnded = true;
      this.#wake();
    };
    socket.on('end', ended);
    socket.on('close', ended);
    socket.on('error', ended);
    socket.setNoDelay();
    await once(socket, 'connect');
    return socket;
  }
}

/** @returns null while it is not whole */
function answerIn(bytes: Buffer, method: string, isEnded: boolean): (WireAnswer & { length: number }) | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const [, statusText] = /^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/.exec(statusLine) ?? [];
  if (statusText === undefined) throw new NoHttp(`no status line: ${statusLine.slice(0, 300)}`);
  const status = Number(statusText);
  const headers = headersOf(lines);
  const start = headEnd + 4;
  if (status >= 100 && status < 200) {
    const next = answerIn(bytes.subarray(start), method, isEnded);
    return next && { ...next, length: next.length + start };
  }
  const whole = (body: Buffer, end: number) => ({ status, headers, body, isEndless: false, length: end });
  if (method === 'HEAD' || status === 204 || status === 304) return whole(Buffer.alloc(0), start);
  if (headers.get('content-type') === 'text/event-stream') {
    return { status, headers, body: Buffer.alloc(0), isEndless: true, length: bytes.length };
  }
  const length = headers.get('content-length');
  if (length !== undefined) {
    if (!/^\d+$/.test(length)) throw new NoHttp(`no length: ${length}`);
    const end = start + Number(length);
    return bytes.length < end ? null : whole(bytes.subarray(start, end), end);
  }
  if (headers.get('transfer-encoding') === 'chunked') return chunked(bytes, start, whole);
  return isEnded ? whole(bytes.subarray(start), bytes.length) : null;
}

function headersOf(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] =
      /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\x20-\x7e\x80-\xff\t]*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new NoHttp(`no header: ${line.slice(0, 300)}`);
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

function chunked<T>(bytes: Buffer, start: number, whole: (body: Buffer, end: number) => T): T | null {
  const parts: Buffer[] = [];
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) throw new NoHttp('no size of a chunk');
    const end = lineEnd + 2 + size;
    if (bytes.length < end + 2) return null;
    if (size === 0) return whole(Buffer.concat(parts), end + 2);
    parts.push(bytes.subarray(lineEnd + 2, end));
    at = end + 2;
  }
}
