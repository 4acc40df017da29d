import { setTimeout as sleep } from 'node:timers/promises';

/** A line of an order, as Earmark takes it. */
export interface WantedLine {
  readonly sku: string;
  readonly quantity: number;
  /** Whether several batches may hold the line together. */
  readonly split?: boolean;
  /** The last day on which its units may come, `YYYY-MM-DD`. */
  readonly neededBy?: string | null;
}

export interface EarmarkLine extends WantedLine {
  readonly state: string;
  readonly claims: readonly {
    readonly batchReference: string;
    readonly quantity: number;
    /** Null: on hand. */
    readonly eta: string | null;
  }[];
  readonly shipped: number;
  readonly returned: number;
}

export interface EarmarkOrder {
  readonly orderId: string;
  readonly state: string;
  readonly version: string;
  /** Null: the order is firm. */
  readonly expiresAt: string | null;
  readonly lines: readonly EarmarkLine[];
}

export interface EarmarkAvailability {
  readonly sku: string;
  readonly onHand: number;
  readonly inbound: readonly { readonly eta: string; readonly available: number }[];
}

interface ShortLine {
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
}

/** Earmark has decided against the call: nothing has changed, and the same call would be refused again. */
export class EarmarkRefused extends Error {
  override readonly name = 'EarmarkRefused';

  constructor(
    readonly status: number,
    /** Why, e.g. `out-of-stock`. */
    readonly code: string,
    detail: string,
    /** The lines that do not fit. */
    readonly short: readonly ShortLine[],
  ) {
    super(detail);
  }
}

/** Nobody knows what Earmark would say: it does not answer, or not to this key. The call is safe to repeat. */
export class EarmarkUnavailable extends Error {
  override readonly name = 'EarmarkUnavailable';
}

interface Connection {
  readonly url: string;
  readonly key?: string;
  /** How long a call may take with all its retries. */
  readonly timeoutMs: number;
}

/** Every call of Earmark names what it writes (its rule 16), so that each of them can be repeated until it is answered. */
export class EarmarkClient {
  constructor(private readonly connection: Connection) {}

  /**
   * What could be promised of each SKU until the day `by`, in the order of the question: up to 500.
   * @param limitMs how long a page waits for it
   */
  async availability(
    skus: readonly string[],
    by: string,
    limitMs: number,
  ): Promise<readonly EarmarkAvailability[]> {
    const body = { items: skus.map((sku) => ({ sku })), by };
    const answer = this.#call<{ items: EarmarkAvailability[] }>(
      'POST',
      '/v1/availability',
      body,
      {},
      limitMs,
    );
    return (await answer).items;
  }

  /** Null if Earmark does not know it. */
  findOrder(orderId: string): Promise<EarmarkOrder | null> {
    return orNull(['unknown-order'], this.#call<EarmarkOrder>('GET', orderPath(orderId)));
  }

  /** Makes the lines of the order exactly these, or refuses all of them. Without `expiresInSeconds` the order is firm. */
  putOrder(
    orderId: string,
    order: {
      readonly lines: readonly WantedLine[];
      readonly expiresInSeconds?: number;
      readonly reopen?: boolean;
    },
  ): Promise<EarmarkOrder> {
    return this.#call('PUT', orderPath(orderId), order);
  }

  confirmOrder(orderId: string): Promise<EarmarkOrder> {
    return this.#call('POST', `${orderPath(orderId)}/confirm`);
  }

  /**
   * Releases all that has not left. An order that Earmark does not know has nothing to release.
   * @param version only if the order is still as it was then
   */
  async cancelOrder(orderId: string, version?: string): Promise<void> {
    const headers: Record<string, string> = version === undefined ? {} : { 'if-match': `"${version}"` };
    await orNull(['unknown-order'], this.#call<void>('DELETE', orderPath(orderId), undefined, headers));
  }

  async ship(
    shipmentId: string,
    shipment: { readonly orderId: string; readonly lines: readonly WantedLine[] },
  ): Promise<void> {
    await this.#call('PUT', `/v1/shipments/${encodeURIComponent(shipmentId)}`, shipment);
  }

  /** A shipment that Earmark was never told about needs no cancelling. */
  async cancelShipment(shipmentId: string): Promise<void> {
    const path = `/v1/shipments/${encodeURIComponent(shipmentId)}`;
    await orNull(['unknown-shipment'], this.#call<void>('DELETE', path));
  }

  async takeBack(
    returnId: string,
    goods: {
      readonly orderId: string;
      readonly lines: readonly { sku: string; quantity: number; disposition: 'restock' | 'scrap' }[];
    },
  ): Promise<void> {
    await this.#call('PUT', `/v1/returns/${encodeURIComponent(returnId)}`, goods);
  }

  /**
   * @throws {EarmarkRefused | EarmarkUnavailable}
   */
  async #call<T>(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
    limitMs = this.connection.timeoutMs,
  ): Promise<T> {
    const deadline = Date.now() + limitMs;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(method, path, body, headers, deadline);
      if ('answer' in outcome) return outcome.answer as T;
      const pause = Math.max(outcome.retryAfterMs ?? 0, 50 * 2 ** attempt * (0.5 + Math.random()));
      if (outcome.isFinal || Date.now() + pause >= deadline)
        throw new EarmarkUnavailable(`${method} ${path}: ${outcome.reason}`);
      await sleep(pause);
    }
  }

  /** @throws {EarmarkRefused} */
  async #attempt(
    method: string,
    path: string,
    body: object | undefined,
    headers: Record<string, string>,
    deadline: number,
  ): Promise<{ answer: unknown } | { reason: string; retryAfterMs?: number; isFinal?: boolean }> {
    const { url, key } = this.connection;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
        method,
        headers: {
          ...headers,
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        // Whoever answers by sending us elsewhere is not Earmark, and must not see the key.
        redirect: 'error',
        signal: AbortSignal.timeout(Math.max(1, deadline - Date.now())),
      });
      text = await response.text();
    } catch (error) {
      return { reason: reasonOf(error) };
    }
    const { status } = response;
    if (status < 300) return { answer: text === '' ? undefined : JSON.parse(text) };
    const problem = problemIn(text);
    const reason = `${status} ${problem.detail}`;
    if (status === 401 || status === 403) return { reason, isFinal: true };
    if (status === 429 || status >= 500)
      return { reason, retryAfterMs: 1_000 * (Number(response.headers.get('retry-after')) || 0) };
    throw new EarmarkRefused(status, problem.code, problem.detail, problem.lines);
  }
}

const orderPath = (orderId: string) => `/v1/orders/${encodeURIComponent(orderId)}`;

async function orNull<T>(codes: readonly string[], call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof EarmarkRefused && codes.includes(error.code)) return null;
    throw error;
  }
}

/** Node says `fetch failed`, and why only in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

/** An error of Earmark is a problem document (RFC 9457); one of a proxy in between may be anything. */
function problemIn(text: string): { code: string; detail: string; lines: readonly ShortLine[] } {
  try {
    const { type, detail, lines } = JSON.parse(text) as { type: string; detail: string; lines?: ShortLine[] };
    return { code: type.replace('urn:earmark:problem:', ''), detail, lines: lines ?? [] };
  } catch {
    return { code: 'unknown', detail: text.slice(0, 200), lines: [] };
  }
}
