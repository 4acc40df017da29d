import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Balancer } from '../../support/balancer.js';
import { freePort } from '../../../testing/ports.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { ServiceProcess } from '../../support/service-process.js';

// Four starts of a service, while other tests use the same machine.

let database: TestDatabase;
let instances: ServiceProcess[] = [];

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.stop('SIGKILL')));
  await database.drop();
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
        // Longer than a check of the balancer takes on a busy machine.
        DRAIN_SECONDS: '4',
      });
    instances = ports.map(start);
    const balancer = await Balancer.before(await Promise.all(instances.map(({ ready }) => ready)));
    const post = (path: string, body: object) =>
      fetch(`${balancer.url}/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await post('batches', { reference: 'b', sku: 'LAMP', quantity: 1_000_000, eta: null });

    let isOver = false;
    let isStopping = false;
    const answers = new Map<number, number>();
    const call = async (caller: number) => {
      for (let n = 0; !isOver; n++) {
        const { status } = await post('allocations', {
          orderId: `${caller}-${n}`,
          sku: 'LAMP',
          quantity: 1,
        });
        answers.set(status, (answers.get(status) ?? 0) + 1);
        // What may fail is a call while an instance stops. Until the next one is there, few calls are enough.
        await wait(isStopping ? 5 : 100);
      }
    };
    const callers = Array.from({ length: 8 }, (_, i) => call(i));
    try {
      for (const [i, port] of ports.entries()) {
        const url = await instances[i]!.ready;
        isStopping = true;
        const ended = instances[i]!.stop('SIGTERM');
        await balancer.until((ready) => !ready.includes(url));
        expect(await ended).toMatchObject({ code: 0, stderr: '' });
        isStopping = false;
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
