import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number };
}

/** A span as OTLP/JSON has it. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: readonly Attribute[];
}

interface Sent {
  readonly resourceSpans?: {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: { readonly spans: readonly CollectedSpan[] }[];
  }[];
  readonly resourceMetrics?: {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeMetrics: { readonly metrics: readonly { readonly name: string }[] }[];
  }[];
}

/** Takes what is sent by OTLP over HTTP, as a collector does. */
export class Collector {
  readonly url: string;
  /** The paths that something was sent to, in order. */
  readonly paths: string[] = [];
  readonly spans: CollectedSpan[] = [];
  readonly metrics = new Set<string>();
  /** What the sender says of itself. */
  readonly resource = new Map<string, string | undefined>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      this.paths.push(request.url ?? '');
      void json(request).then((sent) => {
        this.#take(sent as Sent);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
  }

  static async open(): Promise<Collector> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Collector(server);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #take({ resourceSpans = [], resourceMetrics = [] }: Sent): void {
    for (const { resource } of [...resourceSpans, ...resourceMetrics])
      for (const { key, value } of resource.attributes) this.resource.set(key, value.stringValue);
    for (const { scopeSpans } of resourceSpans) this.spans.push(...scopeSpans.flatMap(({ spans }) => spans));
    for (const { scopeMetrics } of resourceMetrics)
      for (const { name } of scopeMetrics.flatMap(({ metrics }) => metrics)) this.metrics.add(name);
  }
}
