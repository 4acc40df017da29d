import { createNoopMeter } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bindMeter } from '../../src/kernel/metrics/instruments.js';
import type { LastCheck } from '../../src/ledger/persistence/last-check.js';
import { IntegrityMetrics } from '../../src/ledger/telemetry/integrity-metrics.js';

class OnRequest extends MetricReader {
  protected override onForceFlush = () => Promise.resolve();
  protected override onShutdown = () => Promise.resolve();
}

let reader: OnRequest;
let metrics: IntegrityMetrics;
beforeEach(() => {
  reader = new OnRequest();
  bindMeter(new MeterProvider({ readers: [reader] }).getMeter('test'));
});
afterEach(() => {
  metrics.onApplicationShutdown();
  bindMeter(createNoopMeter());
});

/** The value of each metric of the check that has one. */
async function measured(
  last: Awaited<ReturnType<LastCheck['find']>>,
  integrityHours: number | null,
): Promise<Record<string, unknown>> {
  const lastCheck = { find: () => Promise.resolve(last) } as LastCheck;
  metrics = new IntegrityMetrics(lastCheck, { integrityHours });
  metrics.onApplicationBootstrap();
  const { resourceMetrics } = await reader.collect();
  const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  return Object.fromEntries(
    all
      .filter(({ descriptor, dataPoints }) => descriptor.name.includes('integrity') && dataPoints.length > 0)
      .map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints[0]!.value]),
  );
}

describe('The metrics of the check of figures', () => {
  it('show what the last one has found, and how long ago that was', async () => {
    expect(await measured({ ageSeconds: 7, differences: 2 }, 24)).toEqual({
      'earmark.integrity.age': 7,
      'earmark.integrity.differences': 2,
    });
  });

  it('show for how long a first one is awaited, and no differences', async () => {
    expect(await measured({ ageSeconds: 7, differences: null }, 24)).toEqual({ 'earmark.integrity.age': 7 });
  });

  it('show no age if checks are switched off: nobody waits for one', async () => {
    expect(await measured({ ageSeconds: 7, differences: 2 }, null)).toEqual({
      'earmark.integrity.differences': 2,
    });
  });
});
