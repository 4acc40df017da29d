import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { groupBy, type LoggedEvent } from './log.js';

interface Bought {
  readonly sku: string;
  readonly quantity: number;
  readonly eta: string | null;
}

interface Line {
  readonly quantity: number;
  readonly batchReference: string;
}

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
        follows(!this.lines.has(line));
        this.lines.set(line, { quantity, batchReference });
        break;
      case 'LineReallocated': {
        const before = { quantity, batchReference: data.previousBatchReference };
        follows(isDeepStrictEqual(this.lines.get(line), before));
        this.lines.set(line, { quantity, batchReference });
        break;
      }
      case 'LineDeallocated':
        follows(isDeepStrictEqual(this.lines.get(line), { quantity, batchReference }));
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
    const onIt = [...this.lines.values()].filter(({ batchReference }) => batchReference === reference);
    return onIt.reduce((sum, { quantity }) => sum + quantity, 0);
  }
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
    'allocation.line': [...replayed.lines].map(([line, { quantity, batchReference }]) => [
      line,
      quantity,
      batchReference,
    ]),
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
    'allocation.line': `sku || ' ' || order_id, quantity, batch_reference`,
    'allocation.product_total': 'sku, quantity::int, allocated::int',
  };
  const different: string[] = [];
  for (const [table, rows] of Object.entries(expected)) {
    const text = `select ${columns[table]} from ${table}`;
    const found = await database.query<unknown[]>({ text, rowMode: 'array' });
    const [inLog, inTable] = [new Set(rows.map(asText)), new Set(found.rows.map(asText))];
    for (const row of inLog) if (!inTable.has(row)) different.push(`${table} lacks ${row}`);
    for (const row of inTable)
      if (!inLog.has(row)) different.push(`${table} has ${row}, which the log has not`);
  }
  return [...replayed.contradictions, ...different];
}

const asText = (row: unknown) => JSON.stringify(row);
