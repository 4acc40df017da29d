import { setTimeout as sleep } from 'node:timers/promises';
import { startReceiver, type Process } from '../processes.js';
import type { Received } from '../receiver.js';
import { processorOf, rates } from '../rounds.js';
import { statistics } from '../sample.js';
import type { Bench, Scenario } from '../scenario.js';
import { plentyOf, type Shop } from '../shop.js';
import { allSkus, HOT, onOne, uniformly } from '../stock.js';

const MOST_ROUNDS = 5;
const LOOK_EVERY_MS = 100;
/** Orders a second that deliveries keep up with. */
const STEADY_PER_SECOND = 100;

/**
 * A webhook that gets every allocation: what it takes from the allocations at full load, how many deliveries go out
 * meanwhile and afterwards, and how long a delivery takes if they keep up. Throws unless each event has come.
 */
export const webhooks: Scenario = {
  name: 'webhooks',
  async run(bench) {
    const stock = plentyOf([HOT, ...allSkus]);
    const without = await bench.openShop(stock);
    const shop = await bench.openShop(stock, { settings: { WEBHOOK_ALLOW: '127.0.0.1' } });
    const receiver = await startReceiver(await bench.newFolder());
    bench.after(() => receiver.stop());
    await addWebhook(shop, receiver);
    const deliveries = new Deliveries(shop, receiver);
    const how = { connections: bench.connections, seconds: bench.seconds };
    const rounds = Math.min(MOST_ROUNDS, bench.rounds);

    const hot = await bench.alternate(
      {
        without: () => without.allocate(onOne(HOT), how),
        with: () => deliveries.during(() => shop.allocate(onOne(HOT), how)),
      },
      { rounds },
    );
    const spread = await bench.alternate(
      {
        without: () => without.allocate(uniformly, how),
        with: () => deliveries.during(() => shop.allocate(uniformly, how)),
      },
      { rounds },
    );
    const { underLoad, afterwards } = deliveries;
    const { p50, p99 } = await deliveries.delays(bench);
    await shop.check();
    await without.check();
    const goal = { atLeast: 0.9 };
    const yardstick = (name: string, samples: typeof hot.without) => ({
      yardstick: { name, figures: rates(samples) },
    });
    return [
      {
        what: 'one hot SKU, each allocation sent to a webhook',
        figures: rates(hot.with),
        unit: '/s',
        ...yardstick('without a webhook', hot.without),
        goal,
      },
      {
        what: '1,000 SKUs alike, each allocation sent to a webhook',
        figures: rates(spread.with),
        unit: '/s',
        ...yardstick('without a webhook', spread.without),
        goal,
      },
      ...processorOf('one hot SKU and its delivery', hot.with),
      ...processorOf('one hot SKU without a webhook', hot.without),
      ...processorOf('1,000 SKUs alike and the delivery', spread.with),
      ...processorOf('1,000 SKUs alike without a webhook', spread.without),
      { what: 'deliveries at full load', figures: underLoad, unit: '/s' },
      { what: 'deliveries after the load', figures: afterwards, unit: '/s' },
      {
        what: `from an allocation to its delivery at ${STEADY_PER_SECOND} orders/s: median`,
        figures: [p50],
        unit: 'ms',
      },
      { what: 'the same: 99 of 100', figures: [p99], unit: 'ms' },
    ];
  },
};

async function addWebhook(shop: Shop, { url }: Process): Promise<void> {
  const response = await fetch(`${shop.url}/v1/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url, types: ['LineAllocated'] }),
  });
  if (response.status !== 201) throw new Error(`No webhook: ${await response.text()}`);
}

/** What the receiver gets, load after load. */
class Deliveries {
  /** Per second, of each load. */
  readonly underLoad: number[] = [];
  readonly afterwards: number[] = [];
  #expected = 0;

  constructor(
    private readonly shop: Shop,
    private readonly receiver: Process,
  ) {}

  /** Runs the load, and waits until each of its events has come. */
  async during<Result extends { readonly answers: ReadonlyMap<number, readonly number[]> }>(
    load: () => Promise<Result>,
  ): Promise<Result> {
    const begun = { at: performance.now(), events: this.#expected };
    const result = await load();
    const ended = { at: performance.now(), events: (await this.#received()).events };
    this.#expected += result.answers.get(201)!.length;
    await this.#allReceived();
    this.underLoad.push(perSecond(begun, ended));
    this.afterwards.push(perSecond(ended, { at: performance.now(), events: this.#expected }));
    return result;
  }

  /** Of deliveries that keep up with the orders, in milliseconds. */
  async delays(bench: Bench): Promise<{ readonly p50: number; readonly p99: number }> {
    await this.#received();
    const { answers } = await this.shop.offer(uniformly, {
      perSecond: STEADY_PER_SECOND,
      seconds: bench.seconds * 2,
    });
    this.#expected += answers.get(201)!.numbers.length;
    return statistics(await this.#allReceived());
  }

  /** Resolves with the delays of what came meanwhile, once each event has come. */
  async #allReceived(): Promise<readonly number[]> {
    const all: number[] = [];
    for (;;) {
      const { events, delays } = await this.#received();
      all.push(...delays);
      if (events > this.#expected) throw new Error(`${events} events came of ${this.#expected}.`);
      if (events === this.#expected) return all;
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #received(): Promise<Received> {
    return (await (await fetch(this.receiver.url)).json()) as Received;
  }
}

interface Count {
  readonly at: number;
  readonly events: number;
}

const perSecond = (from: Count, to: Count): number =>
  ((to.events - from.events) / Math.max(1, to.at - from.at)) * 1_000;
