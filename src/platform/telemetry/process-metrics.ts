import { monitorEventLoopDelay, performance, type IntervalHistogram } from 'node:perf_hooks';
import type { Meter } from '@opentelemetry/api';

/** How often the delay is sampled: so rarely that it costs nothing. */
const RESOLUTION_MS = 20;
/** As often as Prometheus usually scrapes. */
const WINDOW_MS = 15_000;

/** Measures what the process uses. It is read at each collection, except for the delay of the event loop, which is sampled. */
export function measureProcess(meter: Meter): void {
  measureEventLoop(meter);

  meter
    .createObservableCounter('process.cpu.time', { unit: 's', description: 'Processor time, by mode.' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe(user / 1e6, { 'cpu.mode': 'user' });
      result.observe(system / 1e6, { 'cpu.mode': 'system' });
    });
  meter
    .createObservableUpDownCounter('process.memory.usage', { unit: 'By', description: 'Memory in use.' })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableUpDownCounter('v8js.memory.heap.used', {
      unit: 'By',
      description: 'Part of it that JavaScript objects take.',
    })
    .addCallback((result) => result.observe(process.memoryUsage().heapUsed));
  meter
    .createObservableGauge('process.uptime', { unit: 's', description: 'Time since the start.' })
    .addCallback((result) => result.observe(process.uptime()));
}

function measureEventLoop(meter: Meter): void {
  meter
    .createObservableCounter('nodejs.eventloop.time', {
      unit: 's',
      description: 'Time of the event loop, by state: active or idle.',
    })
    .addCallback((result) => {
      const { active, idle } = performance.eventLoopUtilization();
      result.observe(active / 1e3, { 'nodejs.eventloop.state': 'active' });
      result.observe(idle / 1e3, { 'nodejs.eventloop.state': 'idle' });
    });

  const delay = new EventLoopDelay();
  const gauges = STATISTICS.map(({ name, words }) =>
    meter.createObservableGauge(`nodejs.eventloop.delay.${name}`, {
      unit: 's',
      description: `How long the event loop has recently kept a timer waiting: ${words}.`,
    }),
  );
  meter.addBatchObservableCallback((result) => {
    const recent = delay.recent();
    gauges.forEach((gauge, i) => result.observe(gauge, recent[i]!));
  }, gauges);
}

/** What is measured of the delay: `of` reads nanoseconds. */
const STATISTICS: readonly {
  readonly name: string;
  readonly words: string;
  readonly of: (delays: IntervalHistogram) => number;
}[] = [
  { name: 'p50', words: 'median', of: (delays) => delays.percentile(50) },
  { name: 'p99', words: '99th percentile', of: (delays) => delays.percentile(99) },
  { name: 'max', words: 'maximum', of: (delays) => delays.max },
];

/** How long timers waited in the current window and in the one before, so that several collectors see the same. */
class EventLoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #before = STATISTICS.map(() => 0);
  #began = performance.now();

  constructor() {
    this.#histogram.enable();
  }

  /** Each of `STATISTICS`, in seconds. */
  recent(): number[] {
    // The histogram records the time between two samples; an empty one has a value near zero.
    const current = STATISTICS.map(({ of }) => Math.max(0, of(this.#histogram) / 1e9 - RESOLUTION_MS / 1e3));
    if (performance.now() - this.#began < WINDOW_MS)
      return current.map((seconds, i) => Math.max(seconds, this.#before[i]!));
    this.#before = current;
    this.#began = performance.now();
    this.#histogram.reset();
    return current;
  }
}
