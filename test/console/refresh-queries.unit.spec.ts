import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { apiQuery } from '../../console/src/data/api-query.js';
import { refreshQueries } from '../../console/src/data/refresh-queries.js';
import eventSchemas from '../../src/vocabulary/event-schemas.json' with { type: 'json' };

const allocated = (sku: string, orderId = 'order-1') =>
  ({ key: sku, data: { orderId, batchReference: `${sku}-1` } }) as never;

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Every field of an event that names a batch, by its path, with data that has that field alone. */
function fieldsThatName(batch: string, { properties = {}, items }: Schema): [path: string, data: object][] {
  if (items) return fieldsThatName(batch, items).map(([path, item]) => [path, [item]]);
  return Object.entries(properties).flatMap(([name, schema]): [path: string, data: object][] =>
    /batchReference$/i.test(name)
      ? [[name, { [name]: batch }]]
      : fieldsThatName(batch, schema).map(([path, data]) => [`${name}.${path}`, { [name]: data }]),
  );
}

const FIELDS = Object.entries(eventSchemas).flatMap(([type, { data: schema }]) =>
  fieldsThatName('PO-1', schema as Schema).map(([path, data]) => ({ field: `${type}.${path}`, data })),
);
const isPassedOver = ({ field }: { readonly field: string }) => field.includes('passedOver');

describe('What a page shows', () => {
  let queries: QueryClient;
  let closing: (() => void)[];
  beforeEach(() => {
    queries = new QueryClient();
    closing = [];
  });
  afterEach(() => {
    closing.forEach((close) => close());
    queries.clear();
  });

  /** A query that a page shows. Each call of it is answered by hand. */
  const shown = (call: string, about: object, options = {}) => {
    const answers: (() => Promise<void>)[] = [];
    const query = apiQuery(
      call,
      { ...about },
      () =>
        new Promise<{ data: number }>((resolve) =>
          answers.push(async () => {
            resolve({ data: answers.length });
            await new Promise(setImmediate);
          }),
        ),
      options,
    );
    closing.push(new QueryObserver(queries, query).subscribe(() => undefined));
    return answers;
  };
  const answered = async (...calls: Parameters<typeof shown>) => {
    const answers = shown(...calls);
    await answers[0]!();
    return answers;
  };
  const refresh = async (events: readonly never[], due = new Set<string>()) => {
    const next = refreshQueries(queries, events, due);
    await new Promise(setImmediate);
    return next;
  };

  it('is asked for again if an event concerns it', async () => {
    const desk = await answered('products.find', { sku: 'DESK' });
    const lamp = await answered('products.find', { sku: 'LAMP' });
    const order = await answered('orders.find', { orderId: 'order-1' });
    const other = await answered('orders.find', { orderId: 'order-2' });
    const list = await answered('products.list', {});
    const health = await answered('health', {}, { isLive: false });

    await refresh([allocated('DESK')]);
    expect([desk, lamp, order, other, list, health].map(({ length }) => length)).toEqual([2, 1, 2, 1, 2, 1]);
  });

  it.each(FIELDS.filter((each) => !isPassedOver(each)))(
    'of a batch is asked for again if $field names it',
    async ({ data }) => {
      const batch = await answered('batches.find', { batchReference: 'PO-1' });
      const other = await answered('batches.find', { batchReference: 'PO-2' });

      await refresh([{ key: 'DESK', data } as never]);
      expect([batch, other].map(({ length }) => length)).toEqual([2, 1]);
    },
  );

  it.each(FIELDS.filter(isPassedOver))(
    'of a batch is not asked for again if $field names it: its figures are the same',
    async ({ data }) => {
      const batch = await answered('batches.find', { batchReference: 'PO-1' });

      await refresh([{ key: 'DESK', data } as never]);
      expect(batch).toHaveLength(1);
    },
  );

  it('of an order is asked for again if the order is one of several that an event names', async () => {
    const order = await answered('orders.find', { orderId: 'order-1' });
    const other = await answered('orders.find', { orderId: 'order-2' });

    await refresh([
      { key: 'DESK', data: { batchReference: 'PO-1', orderIds: ['order-0', 'order-1'] } } as never,
    ]);
    expect([order, other].map(({ length }) => length)).toEqual([2, 1]);
  });

  it('is asked for once more after that, since read models follow the log in a moment', async () => {
    const list = await answered('products.list', {});
    const due = await refresh([allocated('DESK')]);
    await list[1]!();
    const left = await refresh([], due);
    expect(list).toHaveLength(3);

    await list[2]!();
    expect((await refresh([], left)).size).toBe(0);
    expect(list).toHaveLength(3);
  });

  it('is not begun anew while it is being read, however many events there are, but asked for again when it was', async () => {
    const list = await answered('products.list', {});
    let due = await refresh([allocated('DESK')]);
    for (let events = 0; events < 5; events++) due = await refresh([allocated('DESK')], due);
    expect(list).toHaveLength(2);

    await list[1]!();
    await refresh([], due);
    expect(list).toHaveLength(3);
  });
});
