import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StockInPostgres } from '../../src/allocation/persistence/stock-in-postgres.js';
import { freshKernel, type Kernel } from '../support/kernel.js';

/** Of each kind: more than a statement writes. */
const LINES = 2_200;
/** Units of the batch that others can move to. */
const ROOM = LINES + 100;
/** Of the split lines, those that find two units there. */
const SPLIT_LINES_WITH_ROOM = ROOM / 2;

/** Plain lines of one unit, then split ones with a unit of `kept` and one of `lost`, then some that accept to wait. */
const SEED = `
  insert into allocation.product (sku, version, last_sequence) values ('TABLE', 7, ${3 * LINES});
  insert into allocation.batch (sku, reference, quantity, allocated)
  values ('TABLE', 'kept', ${LINES}, ${LINES}), ('TABLE', 'lost', ${3 * LINES}, ${3 * LINES}), ('TABLE', 'other', ${ROOM}, 0);
  insert into allocation.line (sku, order_id, quantity, batch_reference, sequence, split, may_wait)
  select 'TABLE', number, 1, 'lost', number, number > ${LINES} and number <= ${2 * LINES}, number > ${2 * LINES}
    from generate_series(1, ${3 * LINES}) as number;
  insert into allocation.split_claim (sku, order_id, batch_reference, quantity)
  select sku, order_id, 'kept', 1 from allocation.line where split`;

describe(`A batch that loses ${3 * LINES} lines in one transaction`, () => {
  let kernel: Kernel;
  const stock = new StockInPostgres();

  beforeAll(async () => {
    kernel = await freshKernel();
    await kernel.dataSource.query(SEED);
  });
  afterAll(() => kernel.close());

  const query = <Row>(statement: string) => kernel.dataSource.query<Row[]>(statement);

  it('places each of them again, lets it wait or deallocates it', async () => {
    await kernel.unitOfWork.change(
      stock.products,
      { sku: 'TABLE', batchReference: 'lost', newQuantity: 0 },
      ({ supply }) => supply.changeQuantity('lost', 0),
    );

    expect(
      await query(`select reference, allocated, claims.units from allocation.batch
                     left join (select batch_reference, sum(quantity)::int as units
                                  from (select batch_reference, quantity from allocation.line
                                         union all select batch_reference, quantity from allocation.split_claim) as all_claims
                                 group by 1) as claims on batch_reference = reference
                    order by reference`),
    ).toEqual([
      { reference: 'kept', allocated: LINES, units: LINES },
      { reference: 'lost', allocated: 0, units: null },
      { reference: 'other', allocated: ROOM, units: ROOM },
    ]);
    const isOfKind = `order_id::int <= ${LINES} as "isPlain", split as "isSplit", batch_reference as reference`;
    expect(
      await query(`select ${isOfKind}, count(*) as lines from allocation.line group by 1, 2, 3 order by 3`),
    ).toEqual([
      { isPlain: true, isSplit: false, reference: 'kept', lines: LINES },
      { isPlain: false, isSplit: true, reference: 'other', lines: SPLIT_LINES_WITH_ROOM },
    ]);
    expect(
      await query('select count(*) as lines, min(sequence), max(sequence) from allocation.backorder'),
    ).toEqual([{ lines: LINES, min: 2 * LINES + 1, max: 3 * LINES }]);
    expect(await query('select version, waiting from allocation.product')).toEqual([
      { version: 8, waiting: LINES },
    ]);
  });

  it('records an event of each, in one row of positions and with one version', async () => {
    const lines = await query<{ orderId: string; type: string }>(
      `select data ->> 'orderId' as "orderId", type from event_log.event where subject is not null order by position`,
    );
    const typeOf = (number: number) =>
      number <= LINES + SPLIT_LINES_WITH_ROOM
        ? 'LineReallocated'
        : number <= 2 * LINES
          ? 'LineDeallocated'
          : 'LineBackordered';
    expect(lines).toEqual(
      Array.from({ length: 3 * LINES }, (_, i) => ({ orderId: String(i + 1), type: typeOf(i + 1) })),
    );
    expect(
      await query(`select max(position) - min(position) + 1 as positions, count(*) as events,
                          array_agg(distinct data ->> 'productVersion') as versions,
                          (select count(*) from event_log.reserved) as reserved from event_log.event`),
    ).toEqual([{ positions: 3 * LINES + 1, events: 3 * LINES + 1, versions: ['8'], reserved: 0 }]);
  });
});
