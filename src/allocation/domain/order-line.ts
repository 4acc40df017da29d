import { requireCode } from '../../vocabulary/code.js';
import { requireQuantity } from '../../vocabulary/quantity.js';

/** What a customer orders of one SKU. Two lines with the same facts are the same line. */
export interface OrderLineFacts {
  readonly orderId: string;
  readonly sku: string;
  /** Units, 1 to 2,147,483,647. */
  readonly quantity: number;
}

/** A valid order line. It never changes. */
export class OrderLine implements OrderLineFacts {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;

  /**
   * @throws {InvalidQuantity} if the quantity is not a whole number from 1 to 2,147,483,647
   * @throws {InvalidCode} if the order id or the SKU is not a valid code
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

/** The firm claim of one order line on one batch. */
export interface Allocation extends OrderLineFacts {
  readonly batchReference: string;
  /** When the batch comes (`YYYY-MM-DD`); null if it is on hand. */
  readonly eta: string | null;
  /** Its place in the order in which the lines of the product were allocated. */
  readonly sequence: number;
}
