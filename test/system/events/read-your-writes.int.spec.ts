import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { RegisterBatch } from '../../../src/batches/commands/register-batch.js';
import { EventLog } from '../../../src/kernel/event-log/event-log.js';
import { readWriter, reservePositions } from '../../../src/kernel/event-log/positions.js';
import { ParkedEvents } from '../../../src/kernel/subscriptions/parking/parked-events.js';
import { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { startService, type RunningService } from '../../support/service.js';

// The machine may be slow.
const SLOW_MS = 60_000;

const SUBSCRIPTION = 'allocation.stock';
const PATIENCE_MS = 5_000;

describe('Rule 9: every allocation from any instance sees a batch', () => {
  let database: TestDatabase;
  let one: RunningService;
  let other: RunningService;
  let sku: string;
  let skus = 0;

  beforeAll(async () => {
    database = await freshDatabase();
    [one, other] = await Promise.all([startService(database.url), startService(database.url)]);
  });

  beforeEach(() => {
    sku = `SKU-${++skus}`;
  });

  afterAll(async () => {
    await Promise.all([one.close(), other.close()]);
    await database.drop();
  });

  const register = (service: RunningService, reference: string, quantity: number, eta?: string) =>
    service.request('POST', '/v1/batches', { reference, sku, quantity, ...(eta && { eta }) });
  const change = (service: RunningService, reference: string, what: object) =>
    service.request('PATCH', `/v1/batches/${reference}`, what);
  const allocate = (service: RunningService, orderId: string, quantity: number) =>
    service.request('POST', '/v1/allocations', { orderId, sku, quantity });

  it('once it is registered', async () => {
    for (let i = 0; i < 10; i++) {
      expect(await register(one, `${sku}-${i}`, i + 1)).toMatchObject({ status: 201 });
      expect(await allocate(other, `order-${i}`, i + 1)).toMatchObject({
        status: 201,
        body: { batchReference: `${sku}-${i}` },
      });
    }
  });

  it('once it has grown', async () => {
    await register(one, sku, 1);
    for (let i = 1; i <= 10; i++) {
      expect(await change(one, sku, { quantity: i * 10 })).toMatchObject({ status: 200 });
      expect(await allocate(other, `order-${i}`, 10)).toMatchObject({ status: 201 });
    }
  });

  it('once it has shrunk', async () => {
    await register(one, sku, 100);
    for (let quantity = 99; quantity > 89; quantity--) {
      expect(await change(one, sku, { quantity })).toMatchObject({ status: 200 });
      expect(await allocate(other, `order-${quantity}`, quantity + 1)).toMatchObject({
        status: 409,
        body: { type: 'urn:earmark:problem:out-of-stock', available: quantity },
      });
    }
  });

  it('once it has another date', async () => {
    await register(one, `${sku}-a`, 100, '2030-01-10');
    await register(one, `${sku}-b`, 100, '2030-01-20');
    for (let day = 21; day < 31; day++) {
      const [late, early] = day % 2 ? ['a', 'b'] : ['b', 'a'];
      const eta = `2030-01-${day}`;
      expect(await change(one, `${sku}-${late}`, { eta })).toMatchObject({ status: 200 });
      expect(await allocate(other, `order-${day}`, 1)).toMatchObject({
        status: 201,
        body: { batchReference: `${sku}-${early}` },
      });
    }
  });

  it('when many callers register a unit and allocate one at the same time', async () => {
    const callers = Array.from({ length: 40 }, async (_, i) => {
      const [mine, theirs] = i % 2 ? [one, other] : [other, one];
      const registered = await register(mine, `${sku}-${i}`, 1);
      return [registered.status, (await allocate(theirs, `order-${i}`, 1)).status];
    });
    expect(await Promise.all(callers)).toEqual(callers.map(() => [201, 201]));
    expect(await one.request('GET', `/v1/products/${sku}`)).toMatchObject({
      body: { quantity: 40, allocated: 40, available: 0 },
    });
  });

  it('when it changes while lines are being allocated', async () => {
    await register(one, sku, 1_000);
    const lines = async (service: RunningService, who: string) => {
      for (let i = 0; i < 40; i++)
        expect((await allocate(service, `${who}-${i}`, 5)).status).toBeLessThan(500);
    };
    const changes = async () => {
      for (const quantity of [400, 100, 250, 60, 300, 20]) {
        // A slow machine may take longer than a call waits: it says so, and is repeated.
        const changed = await eventually('the change is processed', async () => {
          const answer = await change(other, sku, { quantity });
          return answer.status !== 503 && answer;
        });
        expect(changed).toMatchObject({ status: 200, body: { quantity } });
        const { body } = await one.request<{ quantity: number; allocated: number }>(
          'GET',
          `/v1/products/${sku}`,
        );
        expect(body.quantity).toBe(quantity);
        expect(body.allocated).toBeLessThanOrEqual(quantity);
      }
    };
    await Promise.all([lines(one, 'one'), lines(other, 'other'), changes()]);
    expect(await allocate(one, 'too-large', 21)).toMatchObject({ status: 409 });
  });

  it('once it is changed, even if a large transaction has reserved positions before that', async () => {
    await register(one, sku, 1);
    const large = one.get(DataSource).createQueryRunner();
    await large.startTransaction();
    const { transactionId } = await readWriter(large.manager);
    await reservePositions(one.get(DataSource).manager, 10, transactionId);
    const changed = change(other, sku, { quantity: 5 });
    let isAnswered = false;
    void changed.then(() => (isAnswered = true));
    await eventually('the change is stored', async () => {
      const { body } = await one.request<{ quantity: number }>('GET', `/v1/batches/${sku}`);
      return body.quantity === 5;
    });
    expect(await allocate(one, 'order-2', 2)).toMatchObject({ status: 409 });
    expect(await allocate(one, 'order-1', 1)).toMatchObject({ status: 201 });
    expect(isAnswered).toBe(false);

    await large.rollbackTransaction();
    await large.release();
    expect(await changed).toMatchObject({ status: 200 });
    expect(await allocate(other, 'order-4', 4)).toMatchObject({ status: 201 });
  });

  it('without waiting inside a larger transaction, after which the reader adds the batch', async () => {
    const registration = { sku, quantity: 10, eta: null };
    const startedAt = Date.now();
    await one
      .get(UnitOfWork)
      .inTransaction(() => one.get(CommandBus).execute(new RegisterBatch(sku, registration)));
    expect(Date.now() - startedAt).toBeLessThan(PATIENCE_MS);
    expect(await register(other, sku, 10)).toMatchObject({ status: 200 });
    expect(await allocate(one, 'order-1', 10)).toMatchObject({ status: 201 });
  });

  describe('or else the call', () => {
    it('answers busy after five seconds, loses nothing, and succeeds when repeated', async () => {
      await register(one, `${sku}-old`, 10);
      const reader = other.get(DataSource).createQueryRunner();
      await reader.startTransaction();
      await reader.query('select from event_log.subscription where name = $1 for update', [SUBSCRIPTION]);

      const startedAt = Date.now();
      const changed = change(other, `${sku}-old`, { quantity: 15 });
      await eventually('the change is stored', async () => {
        const { body } = await one.request<{ quantity: number }>('GET', `/v1/batches/${sku}-old`);
        return body.quantity === 15;
      });
      const answers = await Promise.all([changed, register(one, `${sku}-old`, 10)]);
      const took = Date.now() - startedAt;
      for (const { status, headers, body } of answers) {
        expect([status, headers.get('retry-after')]).toEqual([503, '1']);
        expect(body).toMatchObject({ type: 'urn:earmark:problem:busy' });
      }
      expect(took).toBeGreaterThan(PATIENCE_MS - 500);
      // Not a second time.
      expect(took).toBeLessThan(2 * PATIENCE_MS);
      // A new batch is there with its registration, and waits for no reader.
      expect(await register(one, `${sku}-new`, 20)).toMatchObject({ status: 201 });
      expect(await allocate(other, 'order-20', 20)).toMatchObject({ status: 201 });

      await reader.rollbackTransaction();
      await reader.release();
      expect(await register(one, `${sku}-old`, 10)).toMatchObject({ status: 200, body: { quantity: 15 } });
      expect(await change(other, `${sku}-old`, { quantity: 15 })).toMatchObject({ status: 200 });
      expect(await allocate(one, 'order-15', 15)).toMatchObject({ status: 201 });
    });

    it('answers busy while an event of the SKU is parked, and only for that SKU', async () => {
      await register(one, sku, 10);
      const position = await appendChangeOfUnknownBatch();
      await eventually('it is set aside', async () => (await setAside()).includes(position), SLOW_MS);

      expect(await register(one, sku, 10)).toMatchObject({
        status: 503,
        body: { type: 'urn:earmark:problem:busy' },
      });
      expect(await change(other, sku, { quantity: 11 })).toMatchObject({ status: 503 });
      expect(await allocate(one, 'order-1', 10)).toMatchObject({ status: 201 });
      expect(await register(one, `${sku}-new`, 20)).toMatchObject({ status: 201 });
      expect(await allocate(other, 'order-20', 20)).toMatchObject({ status: 201 });
      const unaffected = { reference: `${sku}-else`, sku: `${sku}-ELSE`, quantity: 1 };
      expect(await one.request('POST', '/v1/batches', unaffected)).toMatchObject({ status: 201 });

      await new ParkedEvents(SUBSCRIPTION).release(one.get(DataSource).manager, { position, key: sku });
      await eventually('what was behind is done', async () => (await setAside()).length === 0, SLOW_MS);
      expect(await register(one, `${sku}-new`, 20)).toMatchObject({ status: 200 });
      expect(await change(other, sku, { quantity: 11 })).toMatchObject({ status: 200 });
      expect(await allocate(one, 'order-11', 1)).toMatchObject({
        status: 201,
        body: { batchReference: sku },
      });
    });
  });

  /** An event that allocation cannot handle: its batch was never registered. */
  async function appendChangeOfUnknownBatch(): Promise<number> {
    const log = one.get(EventLog);
    const data = { sku, batchReference: 'never', quantity: 1, previousQuantity: 2 };
    const event = { type: 'BatchQuantityChanged', version: 1, key: sku, data };
    const cause = { correlationId: 'test', causationId: null };
    await one.get(UnitOfWork).inTransaction((tx) => log.append(tx, [{ event, cause }]));
    return log.head(one.get(DataSource).manager);
  }

  async function setAside(): Promise<number[]> {
    const rows = await one
      .get(DataSource)
      .query<{ position: number }[]>('select position from event_log.set_aside where subscription = $1', [
        SUBSCRIPTION,
      ]);
    return rows.map(({ position }) => position);
  }
});
