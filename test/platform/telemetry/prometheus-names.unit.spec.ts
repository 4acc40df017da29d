import { describe, expect, it } from '@jest/globals';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { withUnits } from '../../../src/platform/telemetry/prometheus-names.js';

const metric = (name: string, unit: string) =>
  ({ descriptor: { name, unit, description: 'Something' }, dataPoints: [1] }) as unknown as MetricData;

describe('The name of a metric for Prometheus', () => {
  it.each([
    ['http.server.request.duration', 's', 'http.server.request.duration_seconds', 'seconds'],
    ['process.memory.usage', 'By', 'process.memory.usage_bytes', 'bytes'],
    ['earmark.wait_seconds', 's', 'earmark.wait_seconds', 'seconds'],
    ['earmark.wait.seconds', 's', 'earmark.wait.seconds', 'seconds'],
    ['earmark.holds', '{line}', 'earmark.holds', ''],
    ['earmark.database.disk_full', '', 'earmark.database.disk_full', ''],
  ])('of %s in %s is %s', (name, unit, renamed, word) => {
    const [named] = withUnits([metric(name, unit)]);
    expect(named).toEqual({
      descriptor: { name: renamed, unit: word, description: 'Something' },
      dataPoints: [1],
    });
  });

  it('leaves what was collected as it is, since it may be collected by others, too', () => {
    const collected = metric('process.uptime', 's');
    withUnits([collected]);
    expect(collected.descriptor.name).toBe('process.uptime');
  });
});
