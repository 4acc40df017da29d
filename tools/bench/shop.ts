import pg from 'pg';
import { checkConsistency, checkLines, type Confirmed } from './checks.js';
import type { Call } from './connection.js';
import { expectOnly, load, type Load, type Outcome } from './load.js';
import { offer, type Offer, type Offered } from './offer.js';
import type { Process } from './processes.js';
import { referenceOf, type Spread } from './stock.js';

export interface Batch {
  readonly reference: string;
  readonly sku: string;
  readonly quantity: number;
  /** The day it is due; left out if it is on hand. */
  readonly eta?: string;
}

/** What a scenario begins with. */
export type Stocked = readonly Batch[];

/** One batch of each SKU, large enough for any load. */
export function plentyOf(skus: readonly string[]): Batch[] {
  return skus.map((sku) => ({ reference: referenceOf(sku), sku, quantity: 2_000_000_000 }));
}

type How = Pick<Load, 'connections' | 'seconds'> & Partial<Load>;

/**
 * A database with stock in it and the product running on it. Remembers every order that was confirmed, so that
 * `check` can tell what was lost.
 */
export class Shop {
  readonly products: readonly Process[];
  database: pg.Client;
  /** By the owner of the database. */
  readonly databaseUrl: string;
  /** Sent with every call, once one is asked for. */
  key: string | undefined;
  readonly #confirmed: Confirmed[] = [];
  #loads = 0;

  constructor(products: readonly Process[], database: pg.Client, databaseUrl: string) {
    this.products = products;
    this.database = database;
    this.databaseUrl = databaseUrl;
  }

  get urls(): readonly string[] {
    return this.products.map(({ url }) => url);
  }

  get url(): string {
    return this.urls[0]!;
  }

  /**
   * Orders of one unit each, every one under a new name.
   * @param mayBeMore whether an order that was not confirmed may have its line all the same
   */
  async allocate(
    spread: Spread,
    how: How,
    statuses: readonly number[] = [201],
    mayBeMore = false,
  ): Promise<Outcome> {
    const prefix = `${process.pid}-${++this.#loads}-`;
    const outcome = await load({ urls: this.urls, call: orders(prefix, spread), key: this.key, ...how });
    expectOnly(statuses, outcome);
    this.#confirmed.push({ prefix, numbers: outcome.answers.get(201) ?? [], mayBeMore });
    return outcome;
  }

  /** The same at a fixed rate, of the first instance. */
  async offer(spread: Spread, how: Pick<Offer, 'perSecond' | 'seconds'>): Promise<Offered> {
    const prefix = `${process.pid}-${++this.#loads}-`;
    const offered = await offer({ url: this.url, call: orders(prefix, spread), ...how });
    const strange = [...offered.answers.keys()].find((status) => status !== 201 && status !== 503);
    if (strange !== undefined) throw new Error(`A call was answered with ${strange}.`);
    this.#confirmed.push({ prefix, numbers: offered.answers.get(201)?.numbers ?? [] });
    return offered;
  }

  /** Resolves once every subscription has read all there is. */
  async settled(): Promise<void> {
    while ((await this.lag()).events > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Of the subscription that is furthest behind. */
  async lag(): Promise<{ events: number; seconds: number }> {
    const { items } = (await this.get('/v1/subscriptions')) as { items: { lag: Record<string, number> }[] };
    const most = (what: string) => Math.max(0, ...items.map(({ lag }) => lag[what]!));
    return { events: most('events'), seconds: most('seconds') };
  }

  async get(path: string): Promise<unknown> {
    const headers = this.key === undefined ? {} : { authorization: `Bearer ${this.key}` };
    const response = await fetch(this.url + path, { headers });
    if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** In milliseconds, again and again until the work has ended. Throws where one is not answered. */
  async timesMeanwhile(work: Promise<unknown>, ...paths: readonly string[]): Promise<number[][]> {
    const times: number[][] = paths.map(() => []);
    let isOver = false;
    void work.finally(() => (isOver = true)).catch(() => undefined);
    while (!isOver) {
      for (const [i, path] of paths.entries()) {
        const begun = performance.now();
        await this.get(path);
        times[i]!.push(performance.now() - begun);
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    return times;
  }

  /** After the database has ended our connection. */
  async connectAgain(): Promise<void> {
    await this.database.end();
    this.database = new pg.Client({ connectionString: this.databaseUrl });
    await this.database.connect();
  }

  /** Throws where anything was over-allocated, lost or doubled. */
  async check(): Promise<void> {
    await this.settled();
    await checkConsistency(this.database);
    await this.checkLines();
  }

  /**
   * Throws where a confirmed line is not there, or another one is: the part of `check` that needs no events.
   * @returns how many were confirmed
   */
  async checkLines(): Promise<number> {
    for (const confirmed of this.#confirmed) await checkLines(this.database, confirmed);
    return this.#confirmed.reduce((sum, { numbers }) => sum + numbers.length, 0);
  }

  /** The database is still there. */
  async stopProducts(): Promise<void> {
    await Promise.all(this.products.map((product) => product.stop()));
  }
}

/** The same calls for the product and for the ceiling. */
export function orders(prefix: string, spread: Spread): (n: number) => Call {
  return (n) => ({
    method: 'POST',
    path: '/v1/allocations',
    body: `{"orderId":"${prefix}${n}","sku":"${spread(n)}","quantity":1}`,
  });
}
