import pg from 'pg';
import { isEta, isNewCode, isQuantity } from './contract.js';

/** Columns by what they hold, wherever they are. */
const CODES = ['sku', 'reference', 'batch_reference', 'order_id', 'key', 'channel'];
const QUANTITIES = ['quantity', 'allocated', 'held', 'registered_quantity', 'available'];
const DAYS = ['eta', 'registered_eta', 'needed_by'];
/** A receipt is of no order, a shipment of many batches, and an alert about a SKU not always about a batch of it. */
const OPTIONAL = [
  'channel',
  'notifications.notification.batch_reference',
  'allocation.document.order_id',
  'allocation.document.batch_reference',
];

/** What a database holds that the contract forbids; nothing is what we hope for. */
export async function faultsStored(url: string): Promise<string[]> {
  const session = new pg.Client({ connectionString: url });
  await session.connect();
  try {
    return [
      ...(await inColumns(session)),
      ...(await inEvents(session)),
      ...(await inSums(session)),
      ...(await inOrders(session)),
    ];
  } finally {
    await session.end();
  }
}

async function inColumns(session: pg.Client): Promise<string[]> {
  const { rows: columns } = await session.query<{ table: string; column: string; count: string }>(
    `select format('%I.%I', table_schema, table_name) as table, column_name as column
       from information_schema.columns
      where table_schema !~ '^(pg_|information_schema$)' and column_name = any($1)
      order by 1, 2`,
    [[...CODES, ...QUANTITIES, ...DAYS]],
  );
  const faults: string[] = [];
  for (const { table, column } of columns) {
    const { rows } = await session.query<{ value: unknown }>(
      `select distinct to_jsonb("${column}") as value from ${table}`,
    );
    const isOptional = OPTIONAL.includes(column) || OPTIONAL.includes(`${table}.${column}`);
    const isAllowed = CODES.includes(column)
      ? (value: unknown) => (isOptional && value === null) || isNewCode(value) !== false
      : DAYS.includes(column)
        ? isEta
        : // A product may have more than fits into one batch.
          (value: unknown) =>
            isQuantity(value, 0) || (table.endsWith('product_total') && Number.isSafeInteger(value));
    faults.push(
      ...rows
        .filter(({ value }) => !isAllowed(value))
        .map(({ value }) => `${table}.${column} ${JSON.stringify(value)}`),
    );
  }
  return faults;
}

async function inEvents(session: pg.Client): Promise<string[]> {
  const { rows } = await session.query<{ position: string; type: string; data: Record<string, unknown> }>(
    'select position, type, data from event_log.event order by position',
  );
  return rows.flatMap(({ position, type, data }) =>
    Object.entries(data)
      .filter(([name, value]) => {
        if (/sku|orderId|batchReference|previousBatchReference/i.test(name))
          return [value].flat().some((code) => code !== null && isNewCode(code) === false);
        // A receipt at the moment of a change may have taken units that the batch no longer has: see its contract.
        if (type === 'BatchQuantityChanged' && name === 'previousQuantity')
          return !Number.isSafeInteger(value);
        if (/^(?:quantity|previousQuantity|available)$/.test(name))
          return value !== null && !isQuantity(value, 0);
        return /eta$/i.test(name) && !isEta(value);
      })
      .map(([name, value]) => `event ${position}, ${type}: ${name} ${JSON.stringify(value)}`),
  );
}

async function inSums(session: pg.Client): Promise<string[]> {
  const { rows } = await session.query<{ reference: string }>(
    `select reference
       from allocation.batch
       left join (select batch_reference, sum(quantity) as claimed, sum(quantity) filter (where is_held) as held
                    from (select batch_reference, quantity, expires_at is not null as is_held
                            from allocation.line
                           union all
                          select claim.batch_reference, claim.quantity, line.expires_at is not null
                            from allocation.split_claim as claim join allocation.line using (order_id, sku)) as claim
                   group by 1) as its on batch_reference = reference
      where allocated <> coalesce(its.claimed, 0) or allocated > quantity or batch.held <> coalesce(its.held, 0)`,
  );
  return rows.map(({ reference }) => `allocated from ${JSON.stringify(reference)}`);
}

/** Lines that claim something and are in no order, or claim more than the order asks for. */
async function inOrders(session: pg.Client): Promise<string[]> {
  const { rows } = await session.query<{ order_id: string; sku: string }>(
    `select line.order_id, line.sku
       from (select order_id, sku, sum(quantity) as claimed
               from (select order_id, sku, quantity from allocation.line
                      union all
                     select order_id, sku, quantity from allocation.split_claim) as claim
              group by 1, 2) as line
       join allocation.customer_order as its using (order_id)
       left join lateral (select (each ->> 'quantity')::bigint as wanted
                            from jsonb_array_elements(its.lines) as each
                           where each ->> 'sku' = line.sku) as ordered on true
      where its.cancelled_at is not null or ordered.wanted is distinct from line.claimed`,
  );
  return rows.map((row) => `a line in no order, or with other units: ${JSON.stringify(row)}`);
}
