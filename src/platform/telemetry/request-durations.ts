import { ValueType, type HrTime } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type HistogramMetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import { SECONDS } from '../../kernel/metrics/instruments.js';
import { callsOfProcess } from './request-metrics.js';

/** The durations of calls, in the form in which OpenTelemetry collects them. */
export const requestDurations: MetricProducer = {
  collect() {
    const metrics = [histogram()];
    const scopeMetrics = [{ scope: { name: 'earmark' }, metrics }];
    return Promise.resolve({ resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] });
  },
};

function histogram(): HistogramMetricData {
  const endTime = timeOf(Date.now());
  return {
    descriptor: {
      name: 'http.server.request.duration',
      unit: 's',
      description: 'How long a call took, by method, route and status.',
      valueType: ValueType.DOUBLE,
    },
    dataPointType: DataPointType.HISTOGRAM,
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints: [...callsOfProcess.values()].map(({ since, attributes, buckets, count, sum }) => ({
      startTime: timeOf(since),
      endTime,
      attributes,
      value: { buckets: { boundaries: [...SECONDS], counts: [...buckets] }, count, sum },
    })),
  };
}

/** Seconds and nanoseconds. */
function timeOf(ms: number): HrTime {
  return [Math.floor(ms / 1_000), (ms % 1_000) * 1_000_000];
}
