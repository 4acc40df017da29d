import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Balancer } from '../../support/balancer.js';
import { freePort } from '../../../testing/ports.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { ServiceProcess } from '../../support/service-process.js';

jest.setTimeout(120_000);

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

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
        await wait(25);
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
