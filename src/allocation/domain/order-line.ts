/** What a customer wants of one SKU in one order. Two lines with the same facts are the same line. */
export interface OrderLine {
  readonly orderId: string;
  readonly sku: string;
  /** Units, 1 to 2,147,483,647. */
  readonly quantity: number;
}

/** The firm claim of one order line on one batch, with the date on which that batch comes (null: on hand). */
export interface Allocation extends OrderLine {
  readonly batchReference: string;
  readonly eta: string | null;
}
