/**
 * What a value may be, said once. HTTP fields, messages, CSV columns and command-line arguments derive from it, so that
 * none of them accepts what another one rejects.
 */
export interface Value<T> {
  /** The rest of a sentence that begins with the name of the field. */
  readonly message: string;
  readonly isValid: (value: unknown) => value is T;
  /** The same rule as JSON Schema. Whether null is allowed is left to `isValid`: OpenAPI and JSON Schema write it differently. */
  readonly schema: object;
  /** Reads a query parameter, a CSV cell or an argument. Text that stands for no value comes back as it is, for `isValid` to reject. */
  readonly parse: (text: string) => unknown;
}

/** A value with a name of its own, as documents introduce it. */
export interface NamedValue<T> extends Value<T> {
  readonly description: string;
  readonly example: T;
}

interface WholeNumber extends Value<number> {
  readonly schema: { readonly type: 'integer'; readonly minimum: number; readonly maximum: number };
}

/** @param max at most what JSON numbers carry exactly, which is also what it is if left out */
export const wholeNumber = ({ min = 0, max = Number.MAX_SAFE_INTEGER } = {}): WholeNumber => ({
  message: `must be a whole number from ${min} to ${max}`,
  isValid: (value): value is number =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
  schema: { type: 'integer', minimum: min, maximum: max },
  parse: (text) => (/^\d+$/.test(text) ? Number(text) : text),
});
