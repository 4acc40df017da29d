import { afterEach, expect, it, jest } from '@jest/globals';
import { SECONDS } from '../../../src/kernel/metrics/instruments.js';
import { requestDurations } from '../../../src/platform/telemetry/request-durations.js';
import { Calls, callsOfProcess } from '../../../src/platform/telemetry/request-metrics.js';

afterEach(() => {
  callsOfProcess.clear();
  jest.useRealTimers();
});

it('Calls are collected as a histogram that starts with the first call', async () => {
  jest.useFakeTimers({ now: 1_800_000_000_250 });
  const calls = new Calls({ 'http.route': '/v1/batches' });
  callsOfProcess.set('any', calls);
  calls.add(0.5);
  calls.add(0.003);
  jest.setSystemTime(1_800_000_002_000);
  const { resourceMetrics, errors } = await requestDurations.collect();

  expect(errors).toEqual([]);
  expect(resourceMetrics.scopeMetrics).toMatchObject([
    {
      metrics: [
        {
          descriptor: { name: 'http.server.request.duration', unit: 's' },
          dataPoints: [
            {
              attributes: { 'http.route': '/v1/batches' },
              startTime: [1_800_000_000, 250_000_000],
              endTime: [1_800_000_002, 0],
              value: {
                buckets: { boundaries: SECONDS, counts: calls.buckets },
                count: 2,
                sum: 0.503,
              },
            },
          ],
        },
      ],
    },
  ]);
});
