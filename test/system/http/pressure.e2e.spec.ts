import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Balancer } from '../../support/balancer.js';
import { freePort } from '../../../testing/ports.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { startService, type RunningService } from '../../support/service.js';
import { ServiceProcess } from '../../support/service-process.js';
import { Wire } from '../../support/wire.js';

jest.setTimeout(120_000);

let database: TestDatabase;

beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.drop());

describe('A database that is down', () => {
  let wire: Wire;
  let service: RunningService;

  beforeEach(async () => {
    wire = await Wire.to(database.url);
    service = await startService(wire.url);
  });
  afterEach(async () => {
    await service.close();
    await wire.close();
  });

  const allocate = (orderId: string) =>
    service.request('POST', '/v1/allocations', { orderId, sku: 'LAMP', quantity: 1 });

  it('makes calls answer 503, and the service recovers by itself when it is back', async () => {
    await service.request('POST', '/v1/batches', { reference: 'b', sku: 'LAMP', quantity: 100, eta: null });
    expect(await allocate('before')).toMatchObject({ status: 201 });
    await wire.shut();

    const orders = Array.from({ length: 40 }, (_, i) => `meanwhile-${i}`);
    const answers = [];
    // The first ones wait for it to come back, the others are told at once.
    for (const order of orders) answers.push(await allocate(order));
    for (const path of ['/v1/products/LAMP', '/v1/products', '/v1/orders/before/allocations', '/v1/events'])
      answers.push(await service.request('GET', path));
    for (const { status, headers, body } of answers) {
      expect({ status, body }).toMatchObject({ status: 503, body: { type: 'urn:earmark:problem:busy' } });
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect((await service.request('GET', '/health/ready')).status).toBe(503);
    expect((await service.request('GET', '/health/live')).status).toBe(200);

    await wire.reopen();
    await eventually(
      'is ready',
      async () => (await service.request('GET', '/health/ready')).status === 200,
      20_000,
    );
    expect(await service.request('GET', '/v1/products/LAMP')).toMatchObject({ body: { allocated: 1 } });
    for (const order of orders) expect(await allocate(order)).toMatchObject({ status: 201 });
    expect(await service.request('GET', '/v1/products/LAMP')).toMatchObject({ body: { allocated: 41 } });
    await eventually(
      'the readers have caught up',
      async () => {
        const { body } = await service.request<{ items: { lag: { events: number } }[] }>(
          'GET',
          '/v1/subscriptions',
        );
        return body.items.every(({ lag }) => lag.events === 0);
      },
      20_000,
    );
  });
});

describe('Two instances behind a load balancer', () => {
  it('are replaced one after the other without a failed call', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'earmark-rolling-'));
    const ports = [await freePort(), await freePort()];
    const start = (port: number) =>
      new ServiceProcess({
        DATABASE_URL: database.url,
        DATA_DIR: dataDir,
        PORT: String(port),
        DRAIN_SECONDS: '1',
      });
    const instances = ports.map(start);
    const balancer = await Balancer.before(await Promise.all(instances.map(({ ready }) => ready)));
    const post = (path: string, body: object) =>
      fetch(`${balancer.url}/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await post('batches', { reference: 'b', sku: 'LAMP', quantity: 1_000_000, eta: null });

    let isOver = false;
    const answers = new Map<number, number>();
    const call = async (caller: number) => {
      for (let n = 0; !isOver; n++) {
        const { status } = await post('allocations', {
          orderId: `${caller}-${n}`,
          sku: 'LAMP',
          quantity: 1,
        });
        answers.set(status, (answers.get(status) ?? 0) + 1);
        // The restarts are what matters, and not how much else the machine has to do.
        await wait(5);
      }
    };
    const callers = Array.from({ length: 8 }, (_, i) => call(i));
    try {
      for (const [i, port] of ports.entries()) {
        const url = await instances[i]!.ready;
        const ended = instances[i]!.stop('SIGTERM');
        await balancer.until((ready) => !ready.includes(url));
        expect(await ended).toMatchObject({ code: 0, stderr: '' });
        instances[i] = start(port);
        await balancer.until((ready) => ready.length === 2);
      }
    } finally {
      isOver = true;
      await Promise.allSettled(callers);
    }
    expect([...answers.keys()]).toEqual([201]);

    const product = (await (await fetch(`${balancer.url}/v1/products/LAMP`)).json()) as { allocated: number };
    expect(product.allocated).toBe(answers.get(201));
    await balancer.close();
    await Promise.all(instances.map((instance) => instance.stop('SIGTERM')));
    await rm(dataDir, { recursive: true, force: true });
  });
});
