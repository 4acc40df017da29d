/** A batch as it is registered. */
export interface Registration {
  readonly reference: string;
  readonly sku: string;
  readonly quantity: number;
  readonly eta: string | null;
}

/** A call as it is sent. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}
