import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../testing/eventually.js';
import { CommandLine, type Ended } from '../../support/command-line.js';
import { ServiceProcess } from '../../support/service-process.js';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'earmark-backup-'));
  // PostgreSQL runs as another user when the tests run as root.
  await chmod(home, 0o711);
});
const started: ServiceProcess[] = [];
afterAll(async () => {
  await Promise.all(started.map((service) => service.stop('SIGTERM')));
  await rm(home, { recursive: true, force: true });
});
const start = (dataDir: string) => {
  const service = new ServiceProcess({ DATA_DIR: dataDir });
  started.push(service);
  return service;
};

const run = (dataDir: string, ...args: readonly string[]): Promise<Ended> =>
  new CommandLine({ DATA_DIR: dataDir }, ...args).ended;

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: number | null;
}
interface Event {
  readonly position: number;
  readonly type: string;
  readonly data: { readonly orderId: string };
}

async function call<T>(url: string, method: string, path: string, body?: object, headers = {}) {
  const answer = await fetch(`${url}/v1/${path}`, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}

async function eventsAfter(url: string, after: number): Promise<Event[]> {
  const found: Event[] = [];
  for (let next: number | null = after; next !== null;) {
    const { body }: { body: Page<Event> } = await call(url, 'GET', `events?limit=500&after=${next}`);
    found.push(...body.items);
    next = body.next;
  }
  return found;
}

/** Callers who allocate one line after the other until they are stopped. */
class Callers {
  readonly confirmed = new Set<string>();
  readonly refusals: number[] = [];
  readonly #done: Promise<unknown>;
  #isStopped = false;

  constructor(url: string, count: number) {
    this.#done = Promise.all(Array.from({ length: count }, (_, caller) => this.#run(url, caller)));
  }

  async #run(url: string, caller: number): Promise<void> {
    for (let n = 1; !this.#isStopped; n++) {
      const orderId = `order-${caller}-${n}`;
      const { status } = await call(url, 'POST', 'allocations', { orderId, sku: 'LAMP', quantity: 1 });
      if (status === 201) this.confirmed.add(orderId);
      else this.refusals.push(status);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }
}

describe('A backup that is made while the service takes orders', () => {
  let url: string;
  /** Confirmed before the backup began, and while it was made. */
  let before: readonly string[];
  let during: number;
  let refusals: readonly number[];
  let backedUp: Ended;
  let restored: Ended;
  /** The last event that the readers of the first service have seen, none of which is in the backup. */
  let seen: number;

  beforeAll(async () => {
    const dataDir = join(home, 'data');
    const first = start(dataDir);
    const firstUrl = await first.ready;
    await call(firstUrl, 'POST', 'batches', { reference: 'PO-1', sku: 'LAMP', quantity: 1_000_000 });
    const callers = new Callers(firstUrl, 4);
    await eventually('they have some lines', () => callers.confirmed.size > 100);
    before = [...callers.confirmed];
    const backup = join(home, 'backup');
    backedUp = await run(dataDir, 'backup', backup, '--json', '--max-rate', '20');
    during = callers.confirmed.size - before.length;
    await callers.stop();
    refusals = callers.refusals;
    seen = (await eventsAfter(firstUrl, 0)).at(-1)!.position;
    await first.stop('SIGTERM');

    const target = join(home, 'restored');
    restored = await run(target, 'restore', backup, '--json');
    url = await start(target).ready;
  });

  it('holds up and fails no call', () => {
    expect(backedUp).toMatchObject({ code: 0, stderr: '' });
    expect(refusals).toEqual([]);
    expect(during).toBeGreaterThan(0);
  });

  it('has every line that was confirmed before', async () => {
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    const allocated = (await eventsAfter(url, 0)).filter(({ type }) => type === 'LineAllocated');
    const orders = new Set(allocated.map(({ data }) => data.orderId));
    expect(before.filter((order) => !orders.has(order))).toEqual([]);
  });

  it('has figures that agree once it is restored', async () => {
    await eventually('all is compared', async () => {
      const { body } = await call<{ unsettled: number; products: number }>(url, 'GET', 'integrity');
      return body.products === 1 && body.unsettled === 0;
    });
    expect(await call(url, 'GET', 'integrity')).toMatchObject({ body: { differences: [] } });
  });

  describe('lets the log continue behind a gap, so that', () => {
    let endedAt: number;
    let continuesAfter: number;
    beforeAll(async () => {
      ({ endedAt, continuesAfter } = (
        JSON.parse(restored.stdout) as { log: { endedAt: number; continuesAfter: number } }
      ).log);
      const line = { orderId: 'later', sku: 'LAMP', quantity: 1 };
      expect((await call(url, 'POST', 'allocations', line)).status).toBe(201);
    });

    it('no position of a lost event is given to another one', async () => {
      expect(endedAt).toBeLessThan(seen);
      const later = await eventsAfter(url, endedAt);
      expect(later).toHaveLength(1);
      expect(later[0]!.position).toBeGreaterThan(continuesAfter);
      expect(continuesAfter).toBeGreaterThan(seen);
    });

    it('a reader that has seen lost events is refused, in the list and in the live feed', async () => {
      const ahead = {
        status: 410,
        body: { type: 'urn:earmark:problem:ahead-of-log', after: seen, head: endedAt },
      };
      expect(await call(url, 'GET', `events?after=${seen}`)).toMatchObject(ahead);
      expect(await call(url, 'GET', `events?types=LineAllocated&after=${seen}`)).toMatchObject(ahead);
      const feed = { accept: 'text/event-stream', 'last-event-id': String(seen) };
      expect(await call(url, 'GET', 'events', undefined, feed)).toMatchObject(ahead);
    });

    it('every subscription goes on', async () => {
      const [{ position }] = (await eventsAfter(url, endedAt)) as [Event];
      await eventually('all have read the event', async () => {
        const { body } = await call<{ items: { position: number }[] }>(url, 'GET', 'subscriptions');
        return body.items.length > 0 && body.items.every((each) => each.position >= position);
      });
    });
  });
});
