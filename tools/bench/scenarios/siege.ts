import { setMaxListeners } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HONEST, honest, told } from '../honest.js';
import type { Finding } from '../report.js';
import type { Scenario } from '../scenario.js';
import type { Batch, Shop } from '../shop.js';
import { referenceOf } from '../stock.js';

const LARGE = 'LARGE';

interface Attack {
  /** What the attacker does, for people. */
  readonly what: string;
  /** Resolves when it has ended; it ends when it is told to, and leaves nothing open. */
  run(shop: Shop, size: Size, end: AbortSignal): Promise<void>;
}

interface Size {
  readonly connections: number;
  readonly batches: number;
}

const attacks: readonly Attack[] = [
  {
    what: 'documents asked for and not read',
    run: ({ url }, { connections }, end) =>
      hold(url, Math.ceil(connections / 20), get('/openapi.json').repeat(1_000), end),
  },
  {
    what: 'pages of events asked for and not read',
    run: ({ url }, { connections }, end) =>
      hold(url, Math.ceil(connections / 4), get('/v1/events?limit=500').repeat(10), end),
  },
  {
    what: 'bodies of 1 MiB',
    run: ({ url }, _, end) => {
      const members = Array.from({ length: 80_000 }, (_, n) => `"f${n}":1`).join(',');
      return again(url, 20, post(`{${members}}`), end);
    },
  },
  {
    what: 'bodies that are just small enough',
    run: ({ url }, _, end) => {
      const members = Array.from({ length: 5_800 }, (_, n) => `"f${n}":1`).join(',');
      return again(url, 20, post(`{${members}}`), end);
    },
  },
  {
    what: 'availability of a SKU with many batches',
    run: ({ url }, { connections }, end) =>
      again(url, connections, get(`/v1/products/${LARGE}/availability?quantity=2000000000`), end),
  },
  {
    what: 'pages of 500 events',
    run: ({ url }, { connections }, end) =>
      again(url, Math.ceil(connections / 3), get('/v1/events?limit=500'), end),
  },
  {
    what: 'half-open connections',
    run: ({ url }, { connections }, end) => hold(url, connections * 10, '', end),
  },
];

/**
 * One caller asks for all that it can get, and others go on: what they notice of it. Each attack is bounded, and on this
 * machine. Throws where an honest call is not answered as it should be, or the service is not there any more.
 */
export const siege: Scenario = {
  name: 'siege',
  async run(bench) {
    const size: Size = bench.isSmoke
      ? { connections: 40, batches: 1_000 }
      : { connections: 300, batches: 10_000 };
    const shop = await bench.openShop(stockOf(size), {
      // The attacker and the honest callers are on one machine, but at different addresses of it.
      settings: { CONNECTIONS_PER_ADDRESS: '1000' },
    });
    const findings: Finding[] = [];
    const alone = await honest(shop, bench);
    findings.push(...told('nobody attacks', alone, await shop.products[0]!.residentMemory()));
    for (const attack of attacks) {
      const end = new AbortController();
      // Each of its connections listens for the end.
      setMaxListeners(0, end.signal);
      const attacking = attack.run(shop, size, end.signal);
      try {
        const meanwhile = await honest(shop, bench);
        findings.push(...told(attack.what, meanwhile, await shop.products[0]!.residentMemory()));
      } finally {
        end.abort();
        await attacking;
      }
    }
    await shop.check();
    return findings;
  },
};

function stockOf({ batches }: Size): Batch[] {
  const many = Array.from({ length: batches }, (_, n) => ({
    reference: `${LARGE}-${n}`,
    sku: LARGE,
    quantity: 10,
    eta: new Date(Date.UTC(2030, 0, 1 + n)).toISOString().slice(0, 10),
  }));
  return [{ reference: referenceOf(HONEST), sku: HONEST, quantity: 2_000_000_000 }, ...many];
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const post = (body: string) =>
  `POST /v1/allocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  // Being refused and cut off is what an attacker has to expect.
  socket.on('error', () => undefined);
  return socket;
}

/** Sends something over each connection, and reads nothing. */
async function hold(url: string, count: number, words: string, end: AbortSignal): Promise<void> {
  const sockets = Array.from({ length: count }, () => open(url).pause());
  for (const socket of sockets) if (words !== '') socket.write(words);
  await ended(end);
  for (const socket of sockets) socket.destroy();
}

/** Sends the same request again as soon as it is answered, or the connection was closed. */
async function again(url: string, count: number, words: string, end: AbortSignal): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async () => {
      while (!end.aborted) {
        await new Promise<void>((resolve) => {
          const socket = open(url);
          const send = () => void socket.write(words);
          const onEnd = () => socket.destroy();
          end.addEventListener('abort', onEnd);
          socket.on('data', (chunk) => {
            if (chunk.includes('HTTP/1.1 ')) send();
          });
          socket.once('close', () => {
            end.removeEventListener('abort', onEnd);
            resolve();
          });
          send();
        });
        await sleep(10);
      }
    }),
  );
}

function ended(end: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (end.aborted) resolve();
    end.addEventListener('abort', () => resolve(), { once: true });
  });
}
