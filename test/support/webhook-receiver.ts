import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { eventually } from '../../testing/eventually.js';

/** What was posted. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: {
    readonly type: string;
    readonly key: string;
    readonly id: string;
    readonly position: number;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

export type Respond = (response: ServerResponse, received: Received) => void;

export const answers =
  (status: number, headers: Readonly<Record<string, string>> = {}): Respond =>
  (response) =>
    response.writeHead(status, headers).end();

/** It takes the call, and never answers. */
export const hangs: Respond = () => undefined;

/** The other side of a webhook: a web server that keeps what it gets. */
export class Receiver {
  readonly received: Received[] = [];
  /** How it answers from now on. */
  respond: Respond = answers(204);
  readonly #server = createServer((request, response) => {
    void text(request).then((body) => {
      const received: Received = {
        path: request.url!,
        headers: request.headers,
        text: body,
        body: JSON.parse(body) as Received['body'],
      };
      this.received.push(received);
      this.respond(response, received);
    });
  });

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** Resolves once it has got so many, with all of them. */
  async has(count: number): Promise<readonly Received[]> {
    return eventually(
      `${count} events at the receiver`,
      () => this.received.length >= count && this.received,
    );
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** @throws unless the library of Standard Webhooks takes the signature for one of this secret */
export function verify(secret: string, { headers, text }: Received): void {
  new Webhook(secret).verify(text, headers as Record<string, string>);
}
