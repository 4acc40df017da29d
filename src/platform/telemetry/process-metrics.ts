import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
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

  const gauge = (name: string, description: string) =>
    meter.createObservableGauge(`nodejs.eventloop.delay.${name}`, { unit: 's', description });
  const [p50, p99, max] = [
    gauge('p50', 'How long the event loop has recently kept a timer waiting: median.'),
    gauge('p99', 'How long the event loop has recently kept a timer waiting: 99th percentile.'),
    gauge('max', 'How long the event loop has recently kept a timer waiting: maximum.'),
  ];
  const delay = new EventLoopDelay();
  meter.addBatchObservableCallback(
    (result) => {
      const recent = delay.recent();
      result.observe(p50, recent.p50);
      result.observe(p99, recent.p99);
      result.observe(max, recent.max);
    },
    [p50, p99, max],
  );
}

/** In seconds. */
interface Delay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** How long timers waited in the current window and in the one before, so that several collectors see the same. */
class EventLoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #before: Delay = { p50: 0, p99: 0, max: 0 };
  #began = performance.now();

  constructor() {
    this.#histogram.enable();
  }

  recent(): Delay {
    const [before, current] = [this.#before, this.#current()];
    if (performance.now() - this.#began >= WINDOW_MS) {
      this.#before = current;
      this.#began = performance.now();
      this.#histogram.reset();
      return current;
    }
    return {
      p50: Math.max(before.p50, current.p50),
      p99: Math.max(before.p99, current.p99),
      max: Math.max(before.max, current.max),
    };
  }

  #current(): Delay {
    // The histogram records the time between two samples; an empty one has a value near zero.
    const seconds = (ns: number): number => Math.max(0, ns / 1e9 - RESOLUTION_MS / 1e3);
    return {
      p50: seconds(this.#histogram.percentile(50)),
      p99: seconds(this.#histogram.percentile(99)),
      max: seconds(this.#histogram.max),
    };
  }
}
