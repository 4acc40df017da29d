import type {
  LineAllocated,
  LineDeallocated,
  LineReallocated,
} from '../../src/allocation/contract/allocation.contract.js';
import type { DomainEvent } from '../../src/kernel/domain/events.js';
import type { OrderLine } from '../month.js';
import { tally } from '../tally.js';

type Told<Event extends DomainEvent> = Pick<Event, 'type' | 'data'>;

export type LineEvent = Told<LineAllocated> | Told<LineReallocated> | Told<LineDeallocated>;

export interface StandingLine extends OrderLine {
  readonly batchReference: string;
}

/** At most one line per order and SKU. */
export const lineKey = ({ orderId, sku }: Pick<OrderLine, 'orderId' | 'sku'>) => `${orderId} ${sku}`;

/** What became of every line, told from the event log alone. */
export class LineHistory {
  /** The lines that stand at the end of the log. */
  readonly standing = new Map<string, StandingLine>();
  /** The lines that once stood and no longer do. */
  readonly left = new Set<string>();
  /** How many lines another batch took over, and how many found none, by the batch that shrank. */
  readonly moved = new Map<string, number>();
  readonly givenBack = new Map<string, number>();
  /** Events that cannot follow on what went before, such as a second allocation of a standing line. */
  readonly contradictions: string[] = [];

  follow({ type, data }: LineEvent): void {
    const key = lineKey(data);
    const before = this.standing.get(key)?.batchReference;
    switch (type) {
      case 'LineAllocated':
        this.#expect(before === undefined, `${key} was allocated twice`);
        this.standing.set(key, data);
        this.left.delete(key);
        break;
      case 'LineReallocated':
        this.#expect(before === data.previousBatchReference, `${key} moved from where it did not stand`);
        this.standing.set(key, data);
        tally(this.moved, data.previousBatchReference);
        break;
      case 'LineDeallocated':
        this.#expect(before === data.batchReference, `${key} was given back by a batch it was not on`);
        this.standing.delete(key);
        this.left.add(key);
        if (data.reason === 'batch-shrunk') tally(this.givenBack, data.batchReference);
        break;
    }
  }

  #expect(holds: boolean, contradiction: string): void {
    if (!holds) this.contradictions.push(contradiction);
  }
}

export function isLineEvent(event: { readonly type: string }): event is LineEvent {
  return ['LineAllocated', 'LineReallocated', 'LineDeallocated'].includes(event.type);
}
