import { requireCode } from '../../vocabulary/code.js';
import { requireDay } from '../../vocabulary/eta.js';
import { requireQuantity } from '../../vocabulary/quantity.js';

/** What a customer orders of one SKU. Two lines with the same facts are the same line. */
export interface OrderLineFacts {
  readonly orderId: string;
  readonly sku: string;
  /** Units, 1 to 2,147,483,647. */
  readonly quantity: number;
}

/** How a line claims its units. */
export interface LineTerms {
  /** Whether several batches may hold it together (rule 1b). */
  readonly split: boolean;
  /** The last day on which its units may come, `YYYY-MM-DD`; null: any day. */
  readonly neededBy: string | null;
  /** When the hold ends (rule 11); null: the claim is firm. */
  readonly expiresAt: Date | null;
  /** 0 to 9: lines of a lower priority leave a batch first (rule 6). */
  readonly priority: number;
  /** The channel of its order, for units that are protected; left out: none. It matters only while units are claimed. */
  readonly channel?: string;
  /** The only places that its units may come from, in this order; left out: any place. */
  readonly locations?: readonly string[];
  /** Whether it waits in the queue of its product if it cannot be met (rule 12). Left out: it does not. */
  readonly mayWait?: boolean;
}

export const DEFAULT_PRIORITY = 5;

/** The terms of a line that says none. */
export const PLAIN_TERMS: LineTerms = Object.freeze({
  split: false,
  neededBy: null,
  expiresAt: null,
  priority: DEFAULT_PRIORITY,
});

/** Whether both may come from the same places, in the same order. */
export function haveSameLocations(
  a: Pick<LineTerms, 'locations'> | undefined,
  b: Pick<LineTerms, 'locations'> | undefined,
): boolean {
  const [ofA, ofB] = [a?.locations, b?.locations];
  return ofA === ofB || (ofA?.length === ofB?.length && ofA!.every((location, i) => location === ofB![i]));
}

/** Whether the time of a hold is up (rule 11). */
export function isEnded({ expiresAt }: Pick<LineTerms, 'expiresAt'>, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/** A valid order line. It never changes. */
export class OrderLine implements OrderLineFacts {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly terms: LineTerms;

  /**
   * @throws {InvalidQuantity} if the quantity is not a whole number from 1 to 2,147,483,647
   * @throws {InvalidCode} if the order id or the SKU is not a valid code
   * @throws {InvalidDay} if `neededBy` is not a day of the calendar
   */
  constructor({ orderId, sku, quantity, terms = PLAIN_TERMS }: OrderLineFacts & { terms?: LineTerms }) {
    requireCode(orderId, 'orderId');
    requireCode(sku, 'sku');
    requireQuantity(quantity, 1);
    requireDay(terms.neededBy, 'neededBy');
    this.orderId = orderId;
    this.sku = sku;
    this.quantity = quantity;
    this.terms = terms;
    Object.freeze(this);
  }

  static of(line: OrderLineFacts & { terms?: LineTerms }): OrderLine {
    return line instanceof OrderLine ? line : new OrderLine(line);
  }
}

/** Units of one batch that belong to a line. */
export interface Claim {
  readonly batchReference: string;
  /** Units. */
  readonly quantity: number;
}

/** The claim of one order line: on one batch, or on several if it is split. */
export interface Allocation extends OrderLineFacts {
  /** The batch that holds the line; of a split line, the one that comes last. */
  readonly batchReference: string;
  /** When that batch comes (`YYYY-MM-DD`); null if it is on hand. */
  readonly eta: string | null;
  /** Its place in the order in which the lines of the product were allocated. */
  readonly sequence: number;
  /** What it claims of each batch, in the order of preference; left out if one batch holds all of it. */
  readonly claims?: readonly (Claim & { readonly eta: string | null })[];
}

/** A line with the terms of its claim, and the day that it was promised first (rule 7b); null: at once. */
export interface PromisedLine extends Allocation {
  readonly terms: LineTerms;
  readonly promisedDate: string | null;
}
