import { requireCode, requireQuantity } from '../../vocabulary/values.js';

/** What a customer wants of one SKU in one order. Two lines with the same facts are the same line. */
export interface OrderLineFacts {
  readonly orderId: string;
  readonly sku: string;
  /** Units, 1 to 2,147,483,647. */
  readonly quantity: number;
}

/** An order line that can be promised: it holds nothing that the rules could not be applied to, and never changes. */
export class OrderLine implements OrderLineFacts {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;

  /**
   * @throws {InvalidQuantity} if it asks for no unit, for a part of one, or for more than there can be
   * @throws {InvalidCode} if its order or its SKU is no code
   */
  constructor({ orderId, sku, quantity }: OrderLineFacts) {
    requireCode(orderId, 'orderId');
    requireCode(sku, 'sku');
    requireQuantity(quantity, 1);
    this.orderId = orderId;
    this.sku = sku;
    this.quantity = quantity;
    Object.freeze(this);
  }

  static of(line: OrderLineFacts): OrderLine {
    return line instanceof OrderLine ? line : new OrderLine(line);
  }
}

/** The firm claim of one order line on one batch, with the date on which that batch comes (null: on hand). */
export interface Allocation extends OrderLineFacts {
  readonly batchReference: string;
  readonly eta: string | null;
}

/** An allocation with its place in the order in which the lines of its product were allocated. */
export interface StandingLine extends Allocation {
  readonly sequence: number;
}
