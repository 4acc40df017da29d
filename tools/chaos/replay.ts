import type pg from 'pg';
import { groupBy, type EventData, type LoggedEvent } from './log.js';

interface Bought {
  readonly sku: string;
  readonly quantity: number;
  readonly eta: string | null;
}

/** Units by batch, as text, so that lines can be compared. */
type Line = string;

/** What is there according to the log alone. */
class Replayed {
  readonly batches = new Map<string, Bought>();
  /** By `SKU order`. */
  readonly lines = new Map<string, Line>();
  readonly contradictions: string[] = [];

  constructor(events: readonly LoggedEvent[]) {
    for (const event of events) this.#apply(event);
  }

  #apply({ type, position, data }: LoggedEvent): void {
    const { sku, orderId, quantity, batchReference, eta } = data;
    const line = `${sku} ${orderId}`;
    const batch = this.batches.get(batchReference);
    const follows = (holds: boolean) => {
      if (!holds)
        this.contradictions.push(`event ${position} (${type}) does not follow from those before it`);
    };
    switch (type) {
      case 'BatchRegistered':
        follows(!batch);
        this.batches.set(batchReference, { sku, quantity, eta });
        break;
      case 'BatchQuantityChanged':
        follows(batch?.quantity === data.previousQuantity && quantity !== data.previousQuantity);
        this.batches.set(batchReference, { ...batch!, quantity });
        break;
      case 'BatchRescheduled':
        follows(batch?.eta === data.previousEta && eta !== data.previousEta);
        this.batches.set(batchReference, { ...batch!, eta });
        break;
      case 'LineAllocated':
      case 'LineHeld':
        // What was held before keeps its units.
        follows(this.lines.get(line) === (data.from === 'hold' ? lineOf(data) : undefined));
        this.lines.set(line, lineOf(data));
        break;
      case 'LineReallocated': {
        const { previousBatchReference, previousClaims } = data;
        const before = { quantity, batchReference: previousBatchReference, claims: previousClaims };
        follows(this.lines.get(line) === lineOf(before));
        this.lines.set(line, lineOf(data));
        break;
      }
      case 'LineAmended':
        follows(this.lines.get(line) === lineOf({ ...data, claims: data.previousClaims }));
        this.lines.set(line, lineOf(data));
        break;
      case 'LineDeallocated':
      case 'LineReleased':
        follows(this.lines.get(line) === lineOf(data));
        this.lines.delete(line);
        break;
      case 'OutOfStock':
        break;
      case 'BatchOverdue':
        follows(batch?.eta === eta);
        break;
      default:
        follows(false);
    }
  }

  allocatedFrom(reference: string): number {
    const claims = [...this.lines.values()].flatMap((line) => JSON.parse(line) as [string, number][]);
    const onIt = claims.filter(([batchReference]) => batchReference === reference);
    return onIt.reduce((sum, [, quantity]) => sum + quantity, 0);
  }
}

function lineOf({
  batchReference,
  quantity,
  claims = [{ batchReference, quantity }],
}: Pick<EventData, 'batchReference' | 'quantity' | 'claims'>): Line {
  return asText(claims.map((claim) => [claim.batchReference, claim.quantity]).sort());
}

/** What of the tables differs from what the log says when it is read from its beginning. */
export async function checkReplay(database: pg.Client, events: readonly LoggedEvent[]): Promise<string[]> {
  const replayed = new Replayed(events);
  const expected: Record<string, unknown[]> = {
    'batches.batch': [...replayed.batches].map(([reference, { sku, quantity, eta }]) => [
      reference,
      sku,
      quantity,
      eta,
    ]),
    'allocation.batch': [...replayed.batches].map(([reference, { sku, quantity, eta }]) => [
      reference,
      sku,
      quantity,
      eta,
      replayed.allocatedFrom(reference),
    ]),
    'allocation.line': [...replayed.lines].flatMap(([line, claims]) =>
      (JSON.parse(claims) as [string, number][]).map((claim) => [line, ...claim]),
    ),
    'allocation.product_total': [...groupBy([...replayed.batches], ([, { sku }]) => sku)].map(
      ([sku, ofIt]) => [
        sku,
        ofIt.reduce((sum, [, { quantity }]) => sum + quantity, 0),
        ofIt.reduce((sum, [reference]) => sum + replayed.allocatedFrom(reference), 0),
      ],
    ),
  };
  const columns: Record<string, string> = {
    'batches.batch': 'reference, sku, quantity, eta::text',
    'allocation.batch': 'reference, sku, quantity, eta::text, allocated',
    'allocation.line': `sku || ' ' || order_id, batch_reference, quantity`,
    'allocation.product_total': 'sku, quantity::int, allocated::int',
  };
  const different: string[] = [];
  for (const [table, rows] of Object.entries(expected)) {
    const text =
      table === 'allocation.line'
        ? `select ${columns[table]} from ${table} union all select ${columns[table]} from allocation.split_claim`
        : `select ${columns[table]} from ${table}`;
    const found = await database.query<unknown[]>({ text, rowMode: 'array' });
    const [inLog, inTable] = [new Set(rows.map(asText)), new Set(found.rows.map(asText))];
    for (const row of inLog) if (!inTable.has(row)) different.push(`${table} lacks ${row}`);
    for (const row of inTable)
      if (!inLog.has(row)) different.push(`${table} has ${row}, which the log has not`);
  }
  return [...replayed.contradictions, ...different];
}

const asText = (row: unknown) => JSON.stringify(row);
