import type { Value } from '../../../vocabulary/value.js';

/** A field of a body: a value of the vocabulary, and what it means in this message. */
export const field = <T>(value: Value<T>, description: string): Value<T> => ({
  ...value,
  schema: { ...value.schema, description },
});

/** A body that its channel does not carry. The message tells the sender why. */
export class InvalidMessage extends Error {
  override readonly name = 'InvalidMessage';
}

/** Of every body. */
export const MEDIA_TYPE = 'application/json';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws {InvalidMessage} */
export function decodeJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes)) as unknown;
  } catch (error) {
    throw new InvalidMessage(
      `The body is not JSON: ${error instanceof SyntaxError ? error.message : 'it is not UTF-8'}.`,
    );
  }
}

/** The fields of a body. Others are ignored, so that senders may add some. */
export class MessageSchema<Body extends object> {
  readonly #fields: [string, Value<unknown>][];

  constructor(fields: { readonly [Name in keyof Body]: Value<Body[Name]> }) {
    this.#fields = Object.entries<Value<unknown>>(fields);
  }

  /** @throws {InvalidMessage} */
  parse(value: unknown): Body {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InvalidMessage('The body must be a JSON object.');
    }
    const given = new Map<string, unknown>(Object.entries(value));
    const wrong = this.#fields
      .filter(([name, { isValid }]) => !isValid(given.get(name)))
      .map(([name, { message }]) => `${name} ${given.has(name) ? message : 'is required'}.`);
    if (wrong.length > 0) throw new InvalidMessage(wrong.join(' '));
    return Object.fromEntries(this.#fields.map(([name]) => [name, given.get(name)])) as Body;
  }

  /** The same as JSON Schema. */
  get schema(): object {
    return {
      type: 'object',
      required: this.#fields.map(([name]) => name),
      properties: Object.fromEntries(this.#fields.map(([name, { schema }]) => [name, schema])),
    };
  }
}
