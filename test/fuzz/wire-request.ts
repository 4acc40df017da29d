/** A request that HTTP knows, whatever it holds. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | null;
  /** How its body is cut into pieces on the wire. */
  readonly framing: 'length' | 'chunked';
  /** Whether the contract lets it in; null where that is left open. Of a request that is wrong as HTTP, false. */
  readonly isAllowed: boolean | null;
  /** The same of each row of a bulk call. */
  readonly rows?: readonly (boolean | null)[];
}

/** A part of a request: what is sent, and whether the contract lets it in. */
export interface Part {
  readonly sent: string;
  readonly isAllowed: boolean | null;
}
