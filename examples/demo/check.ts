import pg from 'pg';
import type { OrderLine } from '../month.js';
import { figure } from './text.js';
import { LineHistory, lineKey, type LineEvent, type StandingLine } from './line-history.js';

export interface Finding {
  readonly claim: string;
  /** How many things were looked at, and what they are. */
  readonly counted: number;
  readonly things: string;
  /** How many of them contradict the claim. */
  readonly broken: number;
}

// Each query answers how many rows it `counted`, and how many of them are `broken`.
const claims = [
  {
    claim: 'No batch is over-allocated',
    things: 'batches',
    sql: `
      select count(*), count(*) filter (where allocated not between 0 and quantity) as broken
      from allocation.batch`,
  },
  {
    claim: 'Each batch counts as allocated what its lines add up to',
    things: 'batches',
    sql: `
      select count(*), count(*) filter (where b.allocated <> coalesce(l.units, 0)) as broken
      from allocation.batch b
      left join (select batch_reference, sum(quantity) as units from allocation.line group by 1) l
        on l.batch_reference = b.reference`,
  },
  {
    claim: 'Every line stands on one batch, which is of its SKU',
    things: 'lines',
    sql: `
      select count(*),
        count(*) - count(distinct (l.order_id, l.sku)) filter (where b.sku = l.sku) as broken
      from allocation.line l
      left join allocation.batch b on b.reference = l.batch_reference`,
  },
  {
    claim: 'Allocation sees every batch as it was bought and changed',
    things: 'batches',
    sql: `
      select count(*), count(*) filter (where (paper.sku, paper.quantity, paper.eta)
        is distinct from (stock.sku, stock.quantity, stock.eta)) as broken
      from batches.batch paper
      full join allocation.batch stock on stock.reference = paper.reference`,
  },
];

/**
 * Holds the database against what must be true of it, without asking the service.
 *
 * @param accepted the lines that customers were promised during the run
 */
export async function checkDatabase(url: string, accepted: readonly OrderLine[]): Promise<Finding[]> {
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  try {
    const findings: Finding[] = [];
    for (const { claim, things, sql } of claims) {
      const { rows } = await database.query<{ count: string; broken: string }>(sql);
      findings.push({ claim, things, counted: Number(rows[0]?.count), broken: Number(rows[0]?.broken) });
    }
    const lines = await database.query<StandingLine>(
      `select order_id as "orderId", sku, quantity, batch_reference as "batchReference"
       from allocation.line`,
    );
    const log = await database.query<LineEvent>(
      `select type, data from event_log.event
       where type in ('LineAllocated', 'LineReallocated', 'LineDeallocated') order by position`,
    );
    return [...findings, ...compareLines(lines.rows, log.rows, accepted)];
  } finally {
    await database.end();
  }
}

/** The lines of the table against the event log, and both against what customers were told. */
export function compareLines(
  table: readonly StandingLine[],
  log: readonly LineEvent[],
  accepted: readonly OrderLine[],
): Finding[] {
  const history = new LineHistory();
  for (const event of log) history.follow(event);

  const copies = new Map<string, StandingLine[]>();
  for (const line of table) copies.set(lineKey(line), [...(copies.get(lineKey(line)) ?? []), line]);
  const standsOnce = (key: string, quantity: number, batchReference?: string) => {
    const [line, ...others] = copies.get(key) ?? [];
    if (line?.quantity !== quantity || others.length > 0) return false;
    return batchReference === undefined || line.batchReference === batchReference;
  };
  const isKept = (key: string, { quantity }: OrderLine) =>
    history.left.has(key) ? !copies.has(key) : standsOnce(key, quantity);

  const told = new Map(accepted.map((line) => [lineKey(line), line]));
  const unlogged = table.filter((line) => !history.standing.has(lineKey(line)));
  const misplaced = [...history.standing].filter(
    ([key, { quantity, batchReference }]) => !standsOnce(key, quantity, batchReference),
  );
  const unasked = table.filter((line) => !told.has(lineKey(line)));
  const unkept = [...told].filter(([key, line]) => !isKept(key, line));
  return [
    {
      claim: 'The event log, replayed, gives exactly these lines',
      things: 'events',
      counted: log.length,
      broken: history.contradictions.length + unlogged.length + misplaced.length,
    },
    {
      claim: 'Every accepted line stands exactly once',
      // The log says which ones had to go when their batch shrank.
      things: `accepted lines, ${figure(history.left.size)} since given back`,
      counted: told.size,
      broken: unkept.length + unasked.length,
    },
  ];
}
