import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { StockInPostgres } from '../../../src/allocation/persistence/stock-in-postgres.js';
import { BatchesInPostgres } from '../../../src/batches/persistence/batches-in-postgres.js';
import type { StoredEvent } from '../../../src/kernel/domain/events.js';
import type { Transaction } from '../../../src/kernel/domain/store.js';
import { DeliveryReader } from '../../../src/kernel/subscriptions/readers/delivery-reader.js';
import { ReactionReader } from '../../../src/kernel/subscriptions/readers/reaction-reader.js';
import { wiredKernel } from '../../support/kernel.js';
import { append, happened, HEARS, Subscribed } from '../../support/subscription.js';

describe('The order of the log', () => {
  let kernel: Awaited<ReturnType<typeof wiredKernel>>;
  let tests = 0;

  beforeAll(async () => {
    kernel = await wiredKernel();
  });

  afterAll(() => kernel.close());

  beforeEach(async () => {
    tests++;
    await kernel.dataSource.query('delete from event_log.event');
  });

  /** Appends an event for each of the keys and gives their positions. */
  async function appendFor(...keys: string[]): Promise<number[]> {
    const before = await kernel.log.head(kernel.dataSource.manager);
    await append(kernel, ...keys.map((key) => happened(key)));
    return (await kernel.log.read(kernel.dataSource.manager, before, 100)).map(({ position }) => position);
  }

  async function subscribe(kind: 'reaction' | 'delivery') {
    const name = `${kind} ${tests}`;
    const subscribed = await Subscribed.begin(name, kernel);
    const failing = new Set<number>();
    const handle = async (event: StoredEvent, tx: Transaction) => {
      await subscribed.effect(event, tx);
      if (failing.has(event.position)) throw new Error('not this one');
    };
    const options = { name, events: HEARS };
    const deliver = (event: StoredEvent) => kernel.unitOfWork.inTransaction((tx) => handle(event, tx));
    const reader =
      kind === 'reaction'
        ? new ReactionReader(options, { react: handle }, kernel.unitOfWork, kernel.log)
        : new DeliveryReader(options, { deliver }, kernel.dataSource, kernel.log);
    return { subscribed, reader, failing };
  }

  describe.each(['reaction', 'delivery'] as const)('in a %s', (kind) => {
    it('is kept for each key while one of its events fails, and other keys continue', async () => {
      const { subscribed, reader, failing } = await subscribe(kind);
      const [chair1, table1, chair2, table2] = await appendFor('CHAIR', 'TABLE', 'CHAIR', 'TABLE');
      failing.add(chair1!);

      while ((await subscribed.position()) < table2!) await reader.step();
      expect(await subscribed.effects()).toEqual([table1, table2]);
      expect(await subscribed.setAside()).toEqual([
        [chair1, 'retrying'],
        [chair2, 'behind'],
      ]);

      await subscribed.readToEnd(reader);
      expect(await subscribed.setAside()).toEqual([
        [chair1, 'parked'],
        [chair2, 'behind'],
      ]);

      const [chair3, table3] = await appendFor('CHAIR', 'TABLE');
      await subscribed.readToEnd(reader);
      expect(await subscribed.effects()).toEqual([table1, table2, table3]);

      failing.clear();
      await subscribed.unpark();
      await subscribed.readToEnd(reader);
      expect(await subscribed.effects('CHAIR')).toEqual([chair1, chair2, chair3]);
      expect(await subscribed.setAside()).toEqual([]);
      await reader.close();
    });

    it('allows an event eight attempts, then parks it with its error', async () => {
      const { subscribed, reader, failing } = await subscribe(kind);
      const [chair] = await appendFor('CHAIR');
      failing.add(chair!);
      await subscribed.readToEnd(reader);
      const rows = await kernel.dataSource.query<unknown[]>(
        'select state, attempts, next_attempt_at, error from event_log.set_aside where subscription = $1',
        [subscribed.name],
      );
      const error = 'Error: not this one';
      expect(rows).toEqual([{ state: 'parked', attempts: 8, next_attempt_at: null, error }]);
      await reader.close();
    });

    it('lets a waiting event fail by itself once it is due', async () => {
      const { subscribed, reader, failing } = await subscribe(kind);
      const [chair1, chair2, chair3] = await appendFor('CHAIR', 'CHAIR', 'CHAIR');
      failing.add(chair1!).add(chair2!);
      await subscribed.readToEnd(reader);
      failing.delete(chair1!);
      await subscribed.unpark();
      await subscribed.readToEnd(reader);
      expect(await subscribed.effects()).toEqual([chair1]);
      expect(await subscribed.setAside()).toEqual([
        [chair2, 'parked'],
        [chair3, 'behind'],
      ]);
      await reader.close();
    });
  });

  /** A subscription that sets the batch of each event's key to the quantity in the event. */
  async function keepQuantities(before: (event: StoredEvent<Told>) => Promise<unknown> | undefined) {
    const name = `quantities ${tests}`;
    const subscribed = await Subscribed.begin(name, kernel);
    const batches = new BatchesInPostgres();
    const reference = `PO-${tests}`;
    await kernel.unitOfWork.change(batches, { reference }, (batch) =>
      batch.register({ sku: 'CHAIR', quantity: 1_000, eta: null }),
    );
    const react = async (event: StoredEvent) => {
      const told = event as StoredEvent<Told>;
      const waiting = before(told);
      if (waiting) await waiting;
      await kernel.unitOfWork.change(batches, { reference }, (batch) => batch.change(told.data));
    };
    const reader = new ReactionReader({ name, events: HEARS }, { react }, kernel.unitOfWork, kernel.log);
    return {
      readToEnd: () => subscribed.readToEnd(reader),
      setAside: () => subscribed.setAside(),
      async quantitiesInOrder(): Promise<number[]> {
        const rows = await kernel.dataSource.query<{ quantity: number }[]>(
          `select (data->'quantity')::int as quantity from event_log.event
            where type = 'BatchQuantityChanged' order by position`,
        );
        return rows.map(({ quantity }) => quantity);
      },
    };
  }

  const waits: Record<string, (event: StoredEvent<Told>) => Promise<unknown> | undefined> = {
    'none waits': () => undefined,
    'each waits a different while': ({ data }) => wait(20 - data.quantity),
    'only the first waits': ({ data }) => (data.quantity === 1 ? wait(20) : undefined),
    'only the first waits, and shorter than a turn': ({ data }) =>
      data.quantity === 1 ? Promise.resolve().then(() => undefined) : undefined,
  };

  it.each(Object.entries(waits))(
    'is kept by reactions that wait before they change: %s',
    async (_, before) => {
      const subscription = await keepQuantities(before);
      const quantities = [1, 2, 3, 4, 5, 6, 7, 8];
      await append(kernel, ...quantities.map((quantity) => happened('CHAIR', { quantity })));
      await subscription.readToEnd();
      expect(await subscription.quantitiesInOrder()).toEqual(quantities);
      expect(await subscription.setAside()).toEqual([]);
    },
  );

  it('costs one load and one save for a thousand events on one product', async () => {
    const name = `thousand ${tests}`;
    const subscribed = await Subscribed.begin(name, kernel);
    const { products } = new StockInPostgres();
    const react = async ({ position }: StoredEvent) => {
      const need = { sku: 'STOOL', batchReference: `PO-${position}` };
      await kernel.unitOfWork.change(products, need, (product) =>
        product.supply.addBatch({ reference: need.batchReference, quantity: 1, eta: null }),
      );
    };
    const reader = new ReactionReader({ name, events: HEARS }, { react }, kernel.unitOfWork, kernel.log);
    await append(kernel, ...Array.from({ length: 1_000 }, () => happened('STOOL')));

    kernel.wire.statements = [];
    await subscribed.readToEnd(reader);

    const sent = (pattern: RegExp) =>
      kernel.wire.statements.filter((statement) => pattern.test(statement)).length;
    expect(sent(/from allocation\.product/)).toBe(1);
    expect(sent(/update allocation\.product/)).toBe(1);
    expect(sent(/insert into allocation\.batch/)).toBe(1);
    expect(sent(/COMMIT/)).toBe(1);
    const rows = await kernel.dataSource.query<unknown[]>(
      "select version, (select count(*) from allocation.batch where sku = 'STOOL') as batches from allocation.product",
    );
    expect(rows).toEqual([{ version: 1, batches: 1_000 }]);
  });
});

interface Told {
  readonly type: string;
  readonly version: number;
  readonly key: string;
  readonly data: { readonly quantity: number };
}
