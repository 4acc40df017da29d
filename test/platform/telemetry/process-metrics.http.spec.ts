import { performance } from 'node:perf_hooks';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readSettings } from '../../../src/platform/config/settings.js';
import { Telemetry } from '../../../src/platform/telemetry/telemetry.js';
import { eventually } from '../../../testing/eventually.js';
import { PrometheusText } from '../../support/prometheus-text.js';

let telemetry: Telemetry;
beforeAll(async () => {
  telemetry = await Telemetry.start(readSettings({}).telemetry, '1.2.3');
});
afterEach(() => {
  jest.restoreAllMocks();
});

const scrape = async () => new PrometheusText(await telemetry.textOf(await telemetry.collect()));
const longest = async () => (await scrape()).value('nodejs_eventloop_delay_max_seconds');

/** For how long a delay is shown at least. */
const WINDOW_MS = 15_000;

function compute(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('The delay of the event loop', () => {
  it('is near zero before the first sample', async () => {
    const metrics = await scrape();
    for (const name of ['p50', 'p99', 'max'])
      expect(metrics.value(`nodejs_eventloop_delay_${name}_seconds`)).toBeLessThan(1);
  });

  it('shows a blocked event loop to every collector', async () => {
    // Recorded from the second sample on.
    await eventually('it is seen', async () => {
      compute(300);
      return (await longest())! >= 0.2;
    });

    expect(await longest()).toBeGreaterThanOrEqual(0.2);
  });

  it('is forgotten after two windows, not at the first collection', async () => {
    const now = performance.now.bind(performance);
    let passed = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now() + passed);
    await eventually('it is seen', async () => {
      compute(1_000);
      return (await longest())! >= 0.8;
    });
    passed += WINDOW_MS;
    expect(await longest()).toBeGreaterThanOrEqual(0.8);
    expect(await longest()).toBeGreaterThanOrEqual(0.8);
    passed += WINDOW_MS;
    expect(await longest()).toBeLessThan(0.8);
    const metrics = await scrape();
    const [median, most, all] = ['p50', 'p99', 'max'].map((name) =>
      metrics.value(`nodejs_eventloop_delay_${name}_seconds`)!,
    );
    expect(median).toBeLessThanOrEqual(most!);
    expect(most).toBeLessThanOrEqual(all!);
  });
});

describe('A process', () => {
  it('reports its resources in seconds and bytes', async () => {
    compute(50);
    const metrics = await scrape();
    const { user, system } = process.cpuUsage();

    const value = (name: string, labels?: Record<string, string>) => metrics.value(name, labels)!;
    expect(value('process_cpu_time_seconds_total', { cpu_mode: 'user' })).toBeCloseTo(user / 1_000_000, 0);
    expect(value('process_cpu_time_seconds_total', { cpu_mode: 'system' })).toBeCloseTo(
      system / 1_000_000,
      0,
    );
    expect(value('process_uptime_seconds')).toBeCloseTo(process.uptime(), 0);
    expect(value('process_memory_usage_bytes')).toBeGreaterThan(10_000_000);
    expect(value('v8js_memory_heap_used_bytes')).toBeLessThan(value('process_memory_usage_bytes'));
    const { active, idle } = performance.eventLoopUtilization();
    const state = (name: string) =>
      value('nodejs_eventloop_time_seconds_total', { nodejs_eventloop_state: name });
    expect(state('active')).toBeCloseTo(active / 1_000, 0);
    expect(state('idle')).toBeCloseTo(idle / 1_000, 0);
  });
});
