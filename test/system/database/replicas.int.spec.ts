import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { startService, type RunningService } from '../../support/service.js';
import { Wire } from '../../support/wire.js';

/** Stands for a replica that is behind: it knows LAMP alone, and the primary CHAIR alone. */
let behind: TestDatabase;
let primary: TestDatabase;
let way: Wire;
let service: RunningService;

beforeEach(async () => {
  [primary, behind] = await Promise.all([freshDatabase(), freshDatabase()]);
  const replica = new pg.Client({ connectionString: behind.url });
  await replica.connect();
  await replica.query(`insert into allocation.product (sku, version, last_sequence) values ('LAMP', 1, 0)`);
  await replica.query(
    `insert into allocation.product_total (sku, quantity, allocated) values ('LAMP', 9, 0)`,
  );
  await replica.query(`
    insert into allocation.batch (reference, sku, eta, quantity, allocated) values ('l', 'LAMP', '2097-01-31', 9, 9)`);
  await replica.end();
  way = await Wire.to(behind.url);
  service = await startService(primary.url, { databaseReplicaUrls: [way.url] });
  await service.request('POST', '/v1/batches', { reference: 'b', sku: 'CHAIR', quantity: 5, eta: null });
  // The service leaves a replica in peace that was slow, as any is on a busy machine.
  await eventually('the replica answers', async () => (await listed()).includes('LAMP'));
});
afterEach(async () => {
  await service.close();
  await way.close();
  await Promise.all([primary.drop(), behind.drop()]);
});

const listed = async (): Promise<string[]> => {
  const { body } = await service.request<{ items: { sku: string }[] }>('GET', '/v1/products');
  return body.items.map(({ sku }) => sku);
};

/** The status of the answer that the call would get. */
async function simulated(step: object): Promise<number> {
  const { body } = await service.request<{ steps: { status: number }[] }>('POST', '/v1/simulations', {
    steps: [step],
  });
  return body.steps[0]!.status;
}

const allocating = (sku: string) => ({ allocate: { orderId: 'o', sku, quantity: 1 } });

describe('a read replica', () => {
  it('answers eventually consistent reads, and nothing else', async () => {
    expect(await listed()).toEqual(['LAMP']);
    expect((await service.request('GET', '/v1/products/LAMP')).status).toBe(404);
    expect((await service.request('GET', '/v1/products/CHAIR')).status).toBe(200);
    expect((await service.request('GET', '/v1/batches/b')).status).toBe(200);
  });

  it('is what a simulation looks at, and nothing else', async () => {
    expect(await simulated(allocating('LAMP'))).toBe(409);
    expect(await simulated(allocating('CHAIR'))).toBe(422);
    expect(await simulated({ receive: { receiptId: 'r', batchReference: 'l', quantity: 1 } })).toBe(201);
    expect((await service.request('POST', '/v1/allocations', allocating('LAMP').allocate)).status).toBe(422);
  });

  it.each([
    [404, { changeQuantity: { reference: 'b', quantity: 3 } }],
    [404, { reschedule: { reference: 'b', eta: '2097-01-31' } }],
    [422, { receive: { receiptId: 'r', batchReference: 'b', quantity: 1 } }],
    [201, { register: { reference: 'b', sku: 'CHAIR', quantity: 7 } }],
  ])('that does not know a batch yet lets a simulation answer %i to %j', async (status, step) => {
    expect(await simulated(step)).toBe(status);
  });

  it('that is away leaves simulations to the primary', async () => {
    await way.shut();
    expect(await simulated(allocating('CHAIR'))).toBe(201);
    expect(await simulated(allocating('LAMP'))).toBe(422);
    expect(await simulated({ changeQuantity: { reference: 'b', quantity: 3 } })).toBe(200);
  });

  it('that is away is not used: the primary answers, and the service stays ready', async () => {
    await way.shut();
    await eventually('the list is that of the primary', async () => (await listed()).includes('CHAIR'));
    expect((await service.request('GET', '/health/ready')).status).toBe(200);
    await way.reopen();
    expect(await listed()).toEqual(['CHAIR']);
    await eventually('the replica is asked again', async () => (await listed()).includes('LAMP'), 15_000);
  });
});
