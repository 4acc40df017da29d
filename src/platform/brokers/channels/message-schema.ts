import { integerSchema, MOST_UNITS, wholeNumber } from '../../http/dto/fields.js';
import { storedCode } from '../../../vocabulary/code.js';

/** One field of a body: what it may hold is said once, to the compiler, the validation and the document. */
export interface Field<T> {
  /** The rest of a sentence that begins with the name of the field. */
  readonly says: string;
  readonly allows: (value: unknown) => value is T;
  readonly schema: object;
}

/** A reference, a SKU, an order: messages name what is there already. */
export const code = (description: string): Field<string> => ({
  says: storedCode.message,
  allows: (value): value is string => storedCode.isValid(value),
  schema: { ...storedCode.schema, description },
});

/** Units of a product; 0 only where `min` says so. */
export function units(description: string, { min = 1 } = {}): Field<number> {
  const bounds = { min, max: MOST_UNITS };
  const rule = wholeNumber(bounds);
  return {
    says: rule.message,
    allows: (value): value is number => rule.isValid(value),
    schema: { ...integerSchema(bounds), description },
  };
}

/** A message is not what its channel carries. The message says why, for whoever sent it. */
export class InvalidMessage extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'InvalidMessage';
  }
}

/** What the body of a message looks like. Fields that it does not name are passed over, so that senders may grow. */
export class MessageSchema<Body extends object> {
  readonly #fields: [string, Field<unknown>][];

  constructor(fields: { readonly [Name in keyof Body]: Field<Body[Name]> }) {
    this.#fields = Object.entries<Field<unknown>>(fields);
  }

  /** @throws {InvalidMessage} */
  parse(value: unknown): Body {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InvalidMessage('The body must be a JSON object.');
    }
    const given = new Map<string, unknown>(Object.entries(value));
    const wrong = this.#fields
      .filter(([name, { allows }]) => !allows(given.get(name)))
      .map(([name, { says }]) => `${name} ${given.has(name) ? says : 'is required'}.`);
    if (wrong.length > 0) throw new InvalidMessage(wrong.join(' '));
    return Object.fromEntries(this.#fields.map(([name]) => [name, given.get(name)])) as Body;
  }

  /** The same in the words of JSON Schema. */
  get schema(): object {
    return {
      type: 'object',
      required: this.#fields.map(([name]) => name),
      properties: Object.fromEntries(this.#fields.map(([name, { schema }]) => [name, schema])),
    };
  }
}
