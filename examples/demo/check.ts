import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ClaimHistory, CLAIM_EVENTS, lineKey, type ClaimEvent, type StandingClaim } from './claim-history.js';
import { figure } from './text.js';

export interface Finding {
  readonly claim: string;
  /** How many things were looked at, and what they are. */
  readonly counted: number;
  readonly things: string;
  /** How many of them contradict the claim. */
  readonly broken: number;
}

interface Claim extends Pick<Finding, 'claim' | 'things'> {
  readonly sql: string;
  /** Milliseconds until it has to hold; left out: it has to hold at once. */
  readonly withinMs?: number;
}

/** A line that a customer was promised, with its units. */
export interface PromisedLine {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
}

const CLAIMS = `
  select order_id, sku, batch_reference, quantity, expires_at from allocation.line
   union all
  select order_id, sku, claim.batch_reference, claim.quantity, expires_at
    from allocation.split_claim claim join allocation.line using (order_id, sku)`;

// Each query answers how many rows it `counted`, and how many of them are `broken`.
const claims: readonly Claim[] = [
  {
    claim: 'No batch is over-allocated',
    things: 'batches',
    sql: `
      select count(*), count(*) filter (where allocated not between 0 and quantity
                                           or held not between 0 and allocated
                                           or received not between 0 and quantity) as broken
      from allocation.batch`,
  },
  {
    claim: 'Each batch counts as allocated what lines claim of it',
    things: 'batches',
    sql: `
      select count(*), count(*) filter (where (b.allocated, b.held) is distinct from
                                              (coalesce(c.units, 0), coalesce(c.held, 0))) as broken
      from allocation.batch b
      left join (select batch_reference, sum(quantity) as units,
                        sum(quantity) filter (where expires_at is not null) as held
                   from (${CLAIMS}) as claims group by 1) c on c.batch_reference = b.reference`,
  },
  {
    claim: 'Every line claims units of its SKU',
    things: 'claims',
    sql: `
      select count(*), count(*) filter (where b.sku is distinct from c.sku) as broken
      from (${CLAIMS}) c left join allocation.batch b on b.reference = c.batch_reference`,
  },
  {
    claim: 'What was bought is on hand, inbound, shipped or written off',
    things: 'batches',
    sql: `
      select count(*), count(*) filter (where (paper.sku, paper.quantity, paper.eta) is distinct from
        (stock.sku, stock.quantity + stock.shipped + stock.written_off - stock.returned, stock.eta)) as broken
      from batches.batch paper
      full join allocation.batch stock on stock.reference = paper.reference`,
  },
  {
    claim: 'Every line that waits is counted, and claims nothing',
    things: 'lines that wait',
    sql: `
      select count(*), count(*) filter (where line.order_id is not null or counted.waiting is distinct from product.waiting)
             as broken
      from allocation.backorder
      join allocation.product using (sku)
      join (select sku, count(*) as waiting from allocation.backorder group by sku) as counted using (sku)
      left join allocation.line using (order_id, sku)`,
  },
  {
    claim: 'No line waits that a batch could hold',
    things: 'lines that wait',
    sql: `
      select count(*), count(*) filter (where exists (
        select from allocation.batch where batch.sku = backorder.sku and quantity - allocated >= backorder.quantity)) as broken
      from allocation.backorder`,
  },
  {
    claim: 'No hold that has ended claims a unit',
    things: 'orders that expired',
    sql: `
      select count(*), count(*) filter (where exists (
        select from allocation.line where line.order_id = o.order_id)) as broken
      from allocation.customer_order o where expires_at <= clock_timestamp()`,
    // Anybody may have the units at once; what they were held by is deleted within seconds.
    withinMs: 20_000,
  },
];
const POLL_MS = 200;

/**
 * Holds the database against what must be true of it, without asking the service.
 *
 * @param promised the lines that customers have been promised in the end, firm ones only
 */
export async function checkDatabase(url: string, promised: readonly PromisedLine[]): Promise<Finding[]> {
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  try {
    const findings: Finding[] = [];
    for (const { claim, things, sql, withinMs = 0 } of claims) {
      const look = async (): Promise<Finding> => {
        const { rows } = await database.query<{ count: string; broken: string }>(sql);
        return { claim, things, counted: Number(rows[0]?.count), broken: Number(rows[0]?.broken) };
      };
      const latest = performance.now() + withinMs;
      let finding = await look();
      while (finding.broken > 0 && performance.now() < latest) {
        await sleep(POLL_MS);
        finding = await look();
      }
      findings.push(finding);
    }
    const table = await database.query<StandingClaim>(
      `select order_id as "orderId", sku, batch_reference as "batchReference", quantity from (${CLAIMS}) as claims`,
    );
    const log = await database.query<ClaimEvent>(
      'select type, data from event_log.event where type = any($1) order by position',
      [CLAIM_EVENTS],
    );
    return [...findings, ...compareClaims(table.rows, log.rows, promised)];
  } finally {
    await database.end();
  }
}

/** The claims of the tables against the event log, and both against what customers were told. */
export function compareClaims(
  table: readonly StandingClaim[],
  log: readonly ClaimEvent[],
  promised: readonly PromisedLine[],
): Finding[] {
  const history = new ClaimHistory();
  for (const event of log) history.follow(event);

  const stored = new Map<string, Map<string, number>>();
  for (const claim of table) {
    const key = lineKey(claim);
    stored.set(key, (stored.get(key) ?? new Map<string, number>()).set(claim.batchReference, claim.quantity));
  }
  const isSame = (a: ReadonlyMap<string, number> | undefined, b: ReadonlyMap<string, number> | undefined) =>
    a?.size === b?.size && [...(a ?? [])].every(([reference, units]) => b?.get(reference) === units);
  const keys = new Set([...stored.keys(), ...history.standing.keys()]);
  const differing = [...keys].filter((key) => !isSame(stored.get(key), history.standing.get(key)));
  const unitsOf = (key: string) => [...(stored.get(key) ?? new Map<string, number>()).values()];
  const isKept = ({ quantity, ...line }: PromisedLine) => {
    const key = lineKey(line);
    if (history.lost.has(key)) return true;
    const claimed = unitsOf(key).reduce((sum, units) => sum + units, 0);
    return claimed + (history.shipped.get(key) ?? 0) === quantity;
  };
  return [
    {
      claim: 'The event log, replayed, gives exactly these claims',
      things: 'events',
      counted: log.length,
      broken: history.contradictions.length + differing.length,
    },
    {
      claim: 'Every promised line is claimed or has left, all of it, once',
      // The log says which ones had to go when their batch shrank.
      things: `promised lines, ${figure(history.lost.size)} lost since`,
      counted: promised.length,
      broken: promised.filter((line) => !isKept(line)).length,
    },
  ];
}
