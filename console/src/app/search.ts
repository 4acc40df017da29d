import type { MovementBody, NotificationBody, OrderBody } from '@earmark/client';

/** What a parameter of an address means to its page: undefined if it is none that the page can use. */
type Parameter<Value> = (value: unknown) => Value | undefined;

type Search<Parameters> = {
  readonly [Name in keyof Parameters]?:
    | (Parameters[Name] extends Parameter<infer Value> ? Value : never)
    | undefined;
};

/** The parameters of a page, by their names. What the page cannot use is undefined, as if the address did not have it. */
const search =
  <Parameters extends Readonly<Record<string, Parameter<unknown>>>>(parameters: Parameters) =>
  (given: Readonly<Record<string, unknown>>): Search<Parameters> =>
    // The value of the address would be kept under a name that is left out.
    Object.fromEntries(
      Object.entries(parameters).map(([name, read]) => [name, read(given[name])]),
    ) as Search<Parameters>;

/** A text, e.g. a SKU. The service says what is wrong with one that it does not allow. */
const text: Parameter<string> = (value) => (typeof value === 'string' && value.trim()) || undefined;

/** The position of an event in the log. */
const position: Parameter<number> = (value) => {
  const position = Number(/^[1-9]\d*$/.exec(`${value as string}`)?.[0]);
  return Number.isSafeInteger(position) ? position : undefined;
};

/** One of these words. A record, so that a word that the API adds does not compile until it is here. */
const word =
  <Word extends string>(words: Readonly<Record<Word, true>>): Parameter<Word> =>
  (value) =>
    typeof value === 'string' && Object.hasOwn(words, value) ? (value as Word) : undefined;

/** What the address of each page may say after the question mark; a filter is in the address, so that it can be sent as a link. */
export const SEARCH = {
  products: search({ find: text, only: word({ short: true }) }),
  batches: search({ sku: text }),
  movements: search({
    sku: text,
    batchReference: text,
    orderId: text,
    kind: word<MovementBody['kind']>({
      registered: true,
      received: true,
      shipped: true,
      'shipment-cancelled': true,
      restocked: true,
      scrapped: true,
      counted: true,
      adjusted: true,
      claimed: true,
      released: true,
      moved: true,
    }),
  }),
  orders: search({
    state: word<OrderBody['state']>({
      held: true,
      expired: true,
      allocated: true,
      'partly-allocated': true,
      backordered: true,
      'partly-shipped': true,
      shipped: true,
      cancelled: true,
    }),
    sku: text,
    channel: text,
    /** Opens the form of a new order: a SKU, or any other word for an empty one. */
    place: text,
  }),
  backorders: search({ sku: text }),
  promises: search({
    /** `false`: those in time as well. */
    late: word({ true: true, false: true }),
    sku: text,
    orderId: text,
    batchReference: text,
    by: word({ order: true, batch: true, supplier: true }),
  }),
  events: search({
    /** With commas between them. */
    types: text,
    sku: text,
    orderId: text,
    correlationId: text,
    at: position,
    event: position,
  }),
  notifications: search({
    sku: text,
    state: word<NotificationBody['state']>({ pending: true, sent: true, refused: true }),
  }),
} as const;

/** An address as people write one: each parameter is a text, and is never taken for JSON. */
export const parseSearch = (query: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(query));

/** @returns with its question mark; what is undefined is left out */
export function stringifySearch(given: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given))
    if (value !== undefined) query.set(name, `${value as string}`);
  return query.size > 0 ? `?${query}` : '';
}
