import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between shop and Earmark, and loses calls or answers. */
export class Gateway {
  #server: Server | null = null;
  #loses: { readonly path: RegExp; readonly what: 'call' | 'answer' } | null = null;
  url = '';

  constructor(private readonly target: string) {}

  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#pass(request, response)).listen(
      0,
      '127.0.0.1',
    );
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Calls whose method and path match are lost, before or after Earmark has answered them. */
  lose(path: RegExp, what: 'call' | 'answer'): void {
    this.#loses = { path, what };
  }

  heal(): void {
    this.#loses = null;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
    await Promise.resolve();
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const lost = this.#loses?.path.test(`${method} ${url}`) ? this.#loses.what : null;
    if (lost === 'call') return void request.socket.destroy();
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { authorization, 'content-type': type, 'if-match': ifMatch } = request.headers;
      const answer = await fetch(this.target + url, {
        method,
        headers: {
          ...(authorization && { authorization }),
          ...(type && { 'content-type': type }),
          ...(ifMatch && { 'if-match': ifMatch }),
        },
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      });
      const body = Buffer.from(await answer.arrayBuffer());
      if (lost === 'answer') return void request.socket.destroy();
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'text/plain',
      });
      response.end(body);
    } catch {
      request.socket.destroy();
    }
  }
}
