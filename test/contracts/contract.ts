import type { Schema } from '../../tools/docgen/schema.js';

/** One call of the API. */
export interface Call {
  /** The scope of the key that it needs; null where it is open to all. */
  readonly scope: string | null;
  /** Of the path, the query and the headers, by where and name: `query limit`. */
  readonly parameters: Schema;
  readonly body: Schema | null;
  /** What is answered where it went well, by status. */
  readonly answers: Readonly<Record<string, Answer>>;
  /** The codes of its problems and the status of each. */
  readonly problems: Readonly<Record<string, number>>;
}

export interface Answer {
  readonly headers: readonly string[];
  /** By media type. */
  readonly bodies: Readonly<Record<string, Schema>>;
}

/** One channel of the broker. */
export interface Message {
  readonly direction: 'in' | 'out';
  readonly version: number;
  readonly orderedBy: string;
  readonly mediaType: string;
  readonly body: Schema;
}

/** What a feature promises to those outside and to the other features. */
export interface Contract {
  /** The data of each event by its type, and by its version: old ones are stored, and so are promised for good. */
  readonly events: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
  readonly calls: Readonly<Record<string, Call>>;
  readonly messages: Readonly<Record<string, Message>>;
}

export const NOTHING: Contract = { events: {}, calls: {}, messages: {} };
