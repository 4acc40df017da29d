import cluster, { type Worker } from 'node:cluster';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { relayClusterMetrics, ClusterMetrics } from '../../../src/platform/telemetry/cluster-metrics.js';
import type { Telemetry } from '../../../src/platform/telemetry/telemetry.js';

/** Longer than a process takes to collect. */
const PATIENCE_MS = 3_000;

/** A metric with one series, as far as it matters here. */
const metric = (name: string, attributes: object) =>
  ({ descriptor: { name }, dataPoints: [{ attributes, value: 1 }] }) as unknown as MetricData;

describe('The primary process', () => {
  class OneOfThem {
    readonly sent: unknown[] = [];

    constructor(
      readonly id: number,
      readonly connected = true,
    ) {}

    isConnected(): boolean {
      return this.connected;
    }

    send(message: unknown): void {
      this.sent.push(message);
    }
  }

  const { workers } = cluster;
  const is = (worker: OneOfThem) => worker as unknown as Worker;
  let [first, second, gone]: OneOfThem[] = [];
  const receives = (from: OneOfThem, message: unknown) => cluster.emit('message', is(from), message);

  beforeEach(() => {
    [first, second, gone] = [new OneOfThem(1), new OneOfThem(2), new OneOfThem(3, false)];
    Object.assign(cluster, { workers: { 1: first, 2: second, 3: gone, 4: undefined } });
    relayClusterMetrics();
  });
  afterEach(() => {
    cluster.removeAllListeners('message');
    Object.assign(cluster, { workers });
  });

  it('forwards a question to all connected workers, and sends their number to the one that asked', () => {
    receives(second!, { earmark: 'measured?', question: 7 });

    const question = { earmark: 'measured?', question: 7, from: 2 };
    expect(first!.sent).toEqual([question]);
    expect(second!.sent).toEqual([{ earmark: 'asked', question: 7, workers: 2 }, question]);
    expect(gone!.sent).toEqual([]);
  });

  it('forwards an answer to the worker that asked, if it is still connected', () => {
    const answer = { earmark: 'measured', question: 7, from: 2, metrics: [] };
    for (const to of [1, 3, 4, 5]) receives(second!, { ...answer, to });

    expect(first!.sent).toEqual([{ ...answer, to: 1 }]);
    expect([second!.sent, gone!.sent]).toEqual([[], []]);
  });

  it('ignores other messages', () => {
    for (const message of [null, 'measured?', { question: 7 }, { earmark: 'asked', question: 7, workers: 1 }])
      receives(first!, message);

    expect([first!.sent, second!.sent]).toEqual([[], []]);
  });
});

describe('A worker that is scraped', () => {
  const sent: unknown[] = [];
  const was = { ...Object.getOwnPropertyDescriptors(process) };
  let scrape: ClusterMetrics;
  const receives = (message: unknown) => process.emit('message', message, undefined);

  beforeEach(() => {
    jest.useFakeTimers();
    sent.length = 0;
    Object.assign(cluster, { isWorker: true, worker: { id: 2 } });
    Object.assign(process, { connected: true, send: (message: unknown) => sent.push(message) });
    scrape = new ClusterMetrics({
      collect: () => Promise.resolve([metric('own', {})]),
    } as unknown as Telemetry);
  });
  afterEach(() => {
    process.removeAllListeners('message');
    for (const name of ['send', 'connected'] as const) {
      delete (process as { send?: unknown; connected?: boolean })[name];
      if (was[name]) Object.defineProperty(process, name, was[name]);
    }
    Object.assign(cluster, { isWorker: false });
    delete (cluster as { worker?: object }).worker;
    jest.useRealTimers();
  });

  const answer = (from: number, question: number, ...metrics: MetricData[]) =>
    receives({ earmark: 'measured', question, from, to: 2, metrics });

  it('asks all workers, and merges their metrics with the number of each as a label', async () => {
    const collected = scrape.collect();
    expect(sent).toEqual([{ earmark: 'measured?', question: 1 }]);
    answer(1, 1, metric('calls', { route: '/' }), metric('memory', {}));
    receives({ earmark: 'asked', question: 1, workers: 2 });
    answer(2, 1, metric('calls', { route: '/' }));

    expect(await collected).toEqual([
      {
        descriptor: { name: 'calls' },
        dataPoints: [
          { attributes: { route: '/', worker: '1' }, value: 1 },
          { attributes: { route: '/', worker: '2' }, value: 1 },
        ],
      },
      { descriptor: { name: 'memory' }, dataPoints: [{ attributes: { worker: '1' }, value: 1 }] },
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leaves out workers that do not answer in time', async () => {
    const collected = scrape.collect();
    receives({ earmark: 'asked', question: 1, workers: 2 });
    answer(1, 1, metric('calls', {}));
    let isDone = false;
    void collected.then(() => (isDone = true));
    await jest.advanceTimersByTimeAsync(PATIENCE_MS - 1);
    expect(isDone).toBe(false);
    await jest.advanceTimersByTimeAsync(1);

    expect(await collected).toHaveLength(1);
    // An answer that comes now is too late, and does no harm.
    answer(2, 1, metric('calls', {}));
    expect(await collected).toHaveLength(1);
  });

  it('answers overlapping scrapes separately', async () => {
    const [first, second] = [scrape.collect(), scrape.collect()];
    for (const question of [1, 2]) receives({ earmark: 'asked', question, workers: 1 });
    answer(1, 2, metric('second', {}));
    answer(1, 1, metric('first', {}));

    expect(await first).toMatchObject([{ descriptor: { name: 'first' } }]);
    expect(await second).toMatchObject([{ descriptor: { name: 'second' } }]);
  });

  it('answers a question with its own metrics, and ignores other messages', async () => {
    for (const message of [null, 'measured?', { question: 7 }]) receives(message);
    receives({ earmark: 'measured?', question: 7, from: 1 });
    await jest.advanceTimersByTimeAsync(0);

    expect(sent).toEqual([
      { earmark: 'measured', question: 7, from: 2, to: 1, metrics: [metric('own', {})] },
    ]);
  });

  it('sends nothing if the primary process is gone', async () => {
    Object.assign(process, { connected: false });
    const collected = scrape.collect();
    await jest.advanceTimersByTimeAsync(PATIENCE_MS);

    expect(sent).toEqual([]);
    expect(await collected).toEqual([]);
  });
});

it('A process without a cluster answers a scrape with its own metrics, without a label for the worker', async () => {
  const scrape = new ClusterMetrics({
    collect: () => Promise.resolve([metric('own', {})]),
  } as unknown as Telemetry);
  expect(process.listenerCount('message')).toBe(0);
  expect(await scrape.collect()).toEqual([metric('own', {})]);
});
