import { once } from 'node:events';
import { get, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

/** An event as it came over the wire. */
export interface Message {
  readonly id: number;
  readonly event: string;
  readonly data: unknown;
}

/** One connection to a live feed, read by the rules of the HTML standard for event streams. */
export class Listener {
  readonly messages: Message[] = [];
  comments = 0;
  retry: number | null = null;
  /** Kept over messages without data too, as the standard has it. */
  lastEventId: string | undefined;
  /** How it was over: ended as it should, or cut off. */
  readonly over: Promise<'ended' | 'cut off'>;
  readonly #request: ClientRequest;
  readonly #response: IncomingMessage;
  #onMessage: () => void = () => undefined;

  private constructor(request: ClientRequest, response: IncomingMessage) {
    this.#request = request;
    this.#response = response;
    response.on('error', () => undefined);
    this.over = new Promise((resolve) => {
      response.on('close', () => {
        this.#onMessage();
        resolve(response.complete ? 'ended' : 'cut off');
      });
    });
    this.#readOn();
  }

  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Listener> {
    const request = get(url, { agent: false, headers: { accept: 'text/event-stream', ...headers } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    request.on('error', () => undefined);
    const listener = new Listener(request, response);
    if (response.statusCode === 200) await listener.heard(() => listener.lastEventId !== undefined);
    return listener;
  }

  get status(): number | undefined {
    return this.#response.statusCode;
  }

  get headers(): IncomingHttpHeaders {
    return this.#response.headers;
  }

  get ids(): number[] {
    return this.messages.map(({ id }) => id);
  }

  /** Resolves as soon as enough was received; fails if the feed ends before that. */
  async heard(enough: () => boolean): Promise<void> {
    while (!enough()) {
      if (this.#response.closed) throw new Error('The feed was over too early.');
      await new Promise<void>((resolve) => (this.#onMessage = resolve));
    }
  }

  /** Goes away without a word, wherever it just is. */
  async cutOff(): Promise<void> {
    this.#request.destroy();
    await this.over;
  }

  #readOn(): void {
    let rest = '';
    this.#response.setEncoding('utf8').on('data', (chunk: string) => {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) this.#take(block);
      this.#onMessage();
    });
  }

  #take(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line)!;
      if (field === '') this.comments++;
      else fields.set(field, value);
    }
    this.lastEventId = fields.get('id') ?? this.lastEventId;
    if (fields.has('retry')) this.retry = Number(fields.get('retry'));
    const data = fields.get('data');
    if (data === undefined) return;
    this.messages.push({
      id: Number(this.lastEventId),
      event: fields.get('event') ?? 'message',
      data: JSON.parse(data),
    });
  }
}
