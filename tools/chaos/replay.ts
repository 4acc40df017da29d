import type pg from 'pg';
import { groupBy, type EventData, type LoggedEvent } from './log.js';
import { PaperReplay } from './paper-replay.js';
import { sum, unitsFrom, unitsOf, type Claim } from './product-state.js';

/** What has become of a batch according to the log alone. */
interface Stock {
  /** Units that it still has to give. */
  quantity: number;
  shipped: number;
  returned: number;
  writtenOff: number;
}

/** What is there according to the log alone. */
export class Replayed {
  readonly paper = new PaperReplay();
  readonly stock = new Map<string, Stock & { readonly sku: string }>();
  /** By `SKU order`. */
  readonly lines = new Map<string, readonly Claim[]>();
  /** Units that lines wait for, by `SKU order`. */
  readonly waiting = new Map<string, number>();
  /** What has left and did not come back, by `SKU order`. */
  readonly #gone = new Map<string, readonly Claim[]>();
  readonly contradictions: string[] = [];

  constructor(events: readonly LoggedEvent[]) {
    for (const event of events) this.#apply(event);
  }

  #apply(event: LoggedEvent): void {
    const { type, position, data } = event;
    const { sku, orderId, quantity, batchReference, eta } = data;
    const line = `${sku} ${orderId}`;
    const claims = claimsIn(data);
    const follows = (holds: boolean) => {
      if (!holds)
        this.contradictions.push(`event ${position} (${type}) does not follow from those before it`);
    };
    const now = () => this.lines.get(line);
    switch (type) {
      case 'BatchRegistered':
        follows(!this.paper.has(batchReference));
        this.paper.register(batchReference, { sku, quantity, eta });
        this.stock.set(batchReference, { sku, quantity, shipped: 0, returned: 0, writtenOff: 0 });
        break;
      case 'BatchQuantityChanged': {
        const { previousQuantity } = data;
        follows(this.paper.change(batchReference, { quantity: previousQuantity }, { quantity }));
        follows(quantity !== previousQuantity);
        this.#move([{ batchReference, quantity: quantity - previousQuantity }], { quantity: 1 });
        break;
      }
      case 'BatchRescheduled':
        follows(this.paper.change(batchReference, { eta: data.previousEta }, { eta }));
        follows(eta !== data.previousEta);
        break;
      case 'LineAllocated':
      case 'LineHeld':
        // What was held before keeps its units, and who has waited waits no more.
        follows(data.from === 'hold' ? areSame(now(), claims) : now() === undefined);
        follows(this.waiting.delete(line) === (data.from === 'backorder'));
        this.lines.set(line, claims);
        break;
      case 'LineReallocated': {
        const { previousBatchReference, previousClaims } = data;
        const before = { quantity, batchReference: previousBatchReference, claims: previousClaims };
        follows(areSame(now(), claimsIn(before)));
        this.lines.set(line, claims);
        break;
      }
      case 'LineAmended':
        follows(areSame(now(), data.previousClaims ?? []));
        this.lines.set(line, claims);
        break;
      case 'LineDeallocated':
      case 'LineReleased':
        follows(areSame(now(), claims));
        this.lines.delete(line);
        break;
      case 'LineBackordered':
        follows(data.previousClaims ? areSame(now(), data.previousClaims) : now() === undefined);
        this.lines.delete(line);
        this.waiting.set(line, quantity);
        break;
      case 'BackorderEnded':
        follows(this.waiting.get(line) === quantity);
        this.waiting.delete(line);
        break;
      default:
        this.#applyGoods(event, claims, follows);
    }
  }

  #applyGoods(
    { type, data }: LoggedEvent,
    claims: readonly Claim[],
    follows: (holds: boolean) => void,
  ): void {
    const { batchReference, by } = data;
    const line = `${data.sku} ${data.orderId}`;
    const gone = this.#gone.get(line) ?? [];
    switch (type) {
      case 'LineShipped':
        // Rule 13: never more than the line had.
        follows(contains(this.lines.get(line), claims));
        this.#setLine(line, sum(this.lines.get(line) ?? [], claims, -1));
        this.#gone.set(line, sum(gone, claims, 1));
        this.#move(claims, { quantity: -1, shipped: 1 });
        break;
      case 'ShipmentCancelled':
        follows(contains(gone, claims));
        if (data.isClaimed) this.#setLine(line, sum(this.lines.get(line) ?? [], claims, 1));
        this.#gone.set(line, sum(gone, claims, -1));
        this.#move(claims, { quantity: 1, shipped: -1 });
        break;
      case 'LineReturned':
        follows(contains(gone, claims));
        this.#gone.set(line, sum(gone, claims, -1));
        this.#move(claims, {
          returned: 1,
          ...(data.disposition === 'scrap' ? { writtenOff: 1 } : { quantity: 1 }),
        });
        break;
      case 'BatchReceived':
        this.paper.receive(data);
        this.#move([{ batchReference, quantity: data.overReceived - data.missing }], { quantity: 1 });
        break;
      case 'StockAdjusted':
        this.#move([{ batchReference, quantity: by }], { quantity: 1, writtenOff: -1 });
        break;
      case 'PromisesChanged':
        follows(data.units === this.claimedFrom(batchReference) && data.eta !== data.previousEta);
        break;
      case 'OutOfStock':
      case 'PolicyChanged':
        break;
      default:
        follows(false);
    }
  }

  #setLine(line: string, claims: readonly Claim[]): void {
    if (claims.length > 0) this.lines.set(line, claims);
    else this.lines.delete(line);
  }

  #move(claims: readonly Claim[], signs: Partial<Stock>): void {
    for (const { batchReference, quantity } of claims) {
      const stock = this.stock.get(batchReference);
      if (!stock) continue;
      for (const [figure, sign] of Object.entries(signs)) stock[figure as keyof Stock] += sign * quantity;
    }
  }

  claimedFrom(reference: string): number {
    return [...this.lines.values()].reduce((units, claims) => units + unitsFrom(claims, reference), 0);
  }
}

function claimsIn({
  batchReference,
  quantity,
  claims = [{ batchReference, quantity }],
}: Pick<EventData, 'batchReference' | 'quantity' | 'claims'>): readonly Claim[] {
  return claims.map((claim) => ({ batchReference: claim.batchReference, quantity: claim.quantity }));
}

const contains = (claims: readonly Claim[] | undefined, some: readonly Claim[]) =>
  some.every(({ batchReference, quantity }) => unitsFrom(claims ?? [], batchReference) >= quantity);

const areSame = (a: readonly Claim[] | undefined, b: readonly Claim[]) =>
  a !== undefined && unitsOf(a) === unitsOf(b) && contains(a, b);

/** What of the tables differs from what the log says when it is read from its beginning. */
export async function checkReplay(database: pg.Client, events: readonly LoggedEvent[]): Promise<string[]> {
  const replayed = new Replayed(events);
  const stock = [...replayed.stock];
  const claimed = new Map(stock.map(([reference]) => [reference, replayed.claimedFrom(reference)]));
  const expected: Record<string, unknown[]> = {
    'allocation.batch': stock.map(([reference, { sku, quantity, shipped, returned, writtenOff }]) => [
      ...[reference, sku, quantity, claimed.get(reference), shipped, returned, writtenOff],
    ]),
    'allocation.line': [...replayed.lines].flatMap(([line, claims]) =>
      claims.map(({ batchReference, quantity }) => [line, batchReference, quantity]),
    ),
    'allocation.backorder': [...replayed.waiting],
    'allocation.product_total': [...groupBy(stock, ([, { sku }]) => sku)].map(([sku, ofIt]) => [
      sku,
      ofIt.reduce((units, [, { quantity }]) => units + quantity, 0),
      ofIt.reduce((units, [reference]) => units + claimed.get(reference)!, 0),
    ]),
  };
  const columns: Record<string, string> = {
    'allocation.batch': 'reference, sku, quantity, allocated, shipped::int, returned::int, written_off::int',
    'allocation.line': `sku || ' ' || order_id, batch_reference, quantity`,
    'allocation.backorder': `sku || ' ' || order_id, quantity`,
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
  return [...replayed.contradictions, ...different, ...(await checkPaper(database, replayed.paper))];
}

async function checkPaper(database: pg.Client, paper: PaperReplay): Promise<string[]> {
  const { rows } = await database.query<{
    reference: string;
    sku: string;
    quantity: number;
    eta: string | null;
  }>('select reference, sku, quantity, eta::text from batches.batch');
  const ends = paper.ends();
  const wrong = rows.filter(
    ({ reference, quantity, eta }) =>
      !ends.get(reference)?.some((end) => end.quantity === quantity && end.eta === eta),
  );
  return [
    ...wrong.map(
      (row) => `batches.batch has ${asText(row)}, and the log ${asText(ends.get(row.reference) ?? [])}`,
    ),
    ...(rows.length === ends.size ? [] : [`batches.batch has ${rows.length} rows, and the log ${ends.size}`]),
  ];
}

const asText = (row: unknown) => JSON.stringify(row);
