import pg from 'pg';
import { isEta, isNewCode, isQuantity } from './contract.js';

/** Columns by what they hold, wherever they are. */
const CODES = ['sku', 'reference', 'batch_reference', 'order_id', 'key'];
const QUANTITIES = ['quantity', 'allocated', 'registered_quantity', 'available'];
const DAYS = ['eta', 'registered_eta'];

/** What a database holds that the contract forbids; nothing is what we hope for. */
export async function faultsStored(url: string): Promise<string[]> {
  const session = new pg.Client({ connectionString: url });
  await session.connect();
  try {
    return [...(await inColumns(session)), ...(await inEvents(session)), ...(await inSums(session))];
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
    // An alert is about a SKU, and not always about a batch of it.
    const isOptional = table === 'notifications.notification' && column === 'batch_reference';
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
  const { rows } = await session.query<{ position: string; data: Record<string, unknown> }>(
    'select position, data from event_log.event order by position',
  );
  return rows.flatMap(({ position, data }) =>
    Object.entries(data)
      .filter(([name, value]) => {
        if (/sku|orderId|batchReference|previousBatchReference/i.test(name))
          return value !== null && isNewCode(value) === false;
        if (/^(?:quantity|previousQuantity|available)$/.test(name))
          return value !== null && !isQuantity(value, 0);
        return /eta$/i.test(name) && !isEta(value);
      })
      .map(([name, value]) => `event ${position}: ${name} ${JSON.stringify(value)}`),
  );
}

async function inSums(session: pg.Client): Promise<string[]> {
  const { rows } = await session.query<{ reference: string }>(
    `select reference
       from allocation.batch
       left join (select batch_reference, sum(quantity) as claimed from allocation.line group by 1) as line
         on batch_reference = reference
      where allocated <> coalesce(claimed, 0) or allocated > quantity`,
  );
  return rows.map(({ reference }) => `allocated from ${JSON.stringify(reference)}`);
}
