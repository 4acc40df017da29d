import type pg from 'pg';
import { isAnswered, isDone } from './answers.js';
import type { Recorded } from './clients.js';
import { isAboutGoods, type GoodsCall } from './goods.js';
import type { LoggedEvent } from './log.js';

/** A document as the table has it. */
export interface StoredDocument {
  readonly kind: string;
  readonly id: string;
  readonly isCancelled: boolean;
}

export async function readDocuments(database: pg.Client): Promise<(StoredDocument & { result: object })[]> {
  const { rows } = await database.query<StoredDocument & { result: object }>(
    'select kind, id, result, cancelled_at is not null as "isCancelled" from allocation.document',
  );
  return rows;
}

/** What a call writes, as the log and the table name it. */
const WRITES: Readonly<Partial<Record<GoodsCall['ask'], string>>> = {
  receive: 'receipt',
  adjust: 'adjustment',
  ship: 'shipment',
  'take back': 'return',
  'cancel shipment': 'cancelled shipment',
};

/**
 * Rule 16: what was written under a name has happened once, if a call was told that it is written; at most once, if nobody
 * was; and not at all, if nobody asked for it or all were refused.
 */
export function checkDocuments(
  calls: readonly Recorded[],
  events: readonly LoggedEvent[],
  stored: readonly StoredDocument[],
): string[] {
  const asked = new Map<string, { isDone: boolean; isOpen: boolean }>();
  for (const recorded of calls) {
    const { call } = recorded;
    const kind = isAboutGoods(call) && WRITES[call.ask];
    if (!kind || !('id' in call)) continue;
    const name = `${kind} ${call.id}`;
    const before = asked.get(name) ?? { isDone: false, isOpen: false };
    asked.set(name, {
      isDone: before.isDone || isDone(recorded),
      isOpen: before.isOpen || !isAnswered(recorded),
    });
  }
  const told = new Map<string, number>();
  for (const event of events) {
    const name = documentOf(event);
    if (name === undefined) continue;
    // An order has a line of each product, and each tells of its part.
    const part = `${name}\n${event.data.sku}`;
    told.set(part, (told.get(part) ?? 0) + 1);
  }
  const once = new Set([...told.keys()].map((part) => part.split('\n')[0]!));
  const written = new Set(
    stored.flatMap(({ kind, id, isCancelled }) => [
      `${kind} ${id}`,
      ...(isCancelled ? [`cancelled ${kind} ${id}`] : []),
    ]),
  );
  const wrong = [...told]
    .filter(([, times]) => times > 1)
    .map(([part, times]) => `${part.replace('\n', ' of ')} has happened ${times} times`);
  for (const name of new Set([...asked.keys(), ...once, ...written])) {
    const { isDone: mustBe, isOpen: mayBe } = asked.get(name) ?? { isDone: false, isOpen: false };
    const [hasHappened, isStored] = [once.has(name), written.has(name)];
    if (isStored && !hasHappened) wrong.push(`${name} is stored, and not in the log`);
    else if (hasHappened && !isStored) wrong.push(`${name} is in the log, and not stored`);
    else if (mustBe && !hasHappened) wrong.push(`${name} was answered, and has not happened`);
    else if (hasHappened && !mustBe && !mayBe) wrong.push(`${name} was refused, and has happened`);
  }
  return wrong;
}

function documentOf({ type, data }: LoggedEvent): string | undefined {
  switch (type) {
    case 'BatchReceived':
      return `receipt ${data.receiptId}`;
    case 'StockAdjusted':
      return data.adjustmentId === null ? undefined : `adjustment ${data.adjustmentId}`;
    case 'LineShipped':
      return `shipment ${data.shipmentId}`;
    case 'ShipmentCancelled':
      return `cancelled shipment ${data.shipmentId}`;
    case 'LineReturned':
      return `return ${data.returnId}`;
    default:
      return undefined;
  }
}
