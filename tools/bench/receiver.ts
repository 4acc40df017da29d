/** What webhooks are sent to: it takes every delivery at once, and tells how many there were. A process of its own. */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';

/** What the receiver answers to a GET. */
export interface Received {
  /** Different events. */
  readonly events: number;
  /** Since the last GET: how long after it happened each came, in milliseconds. */
  readonly delays: readonly number[];
}

const ids = new Set<string>();
let delays: number[] = [];

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    const received: Received = { events: ids.size, delays };
    delays = [];
    response.setHeader('content-type', 'application/json').end(JSON.stringify(received));
    return;
  }
  void json(request).then((body) => {
    const { id, occurredAt } = body as { readonly id: string; readonly occurredAt: string };
    ids.add(id);
    delays.push(Date.now() - Date.parse(occurredAt));
    response.writeHead(204).end();
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
