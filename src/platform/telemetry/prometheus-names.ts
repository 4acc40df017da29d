import type { MetricData } from '@opentelemetry/sdk-metrics';

/** How Prometheus writes the units of UCUM that we measure in. What is counted, such as `{call}`, has no unit there. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ['s', 'seconds'],
  ['By', 'bytes'],
]);

/**
 * Gives metrics the names that Prometheus expects, with the unit at the end, as OpenTelemetry specifies for its exporters
 * (Prometheus and OpenMetrics compatibility). The serializer adds `_total` to counters behind it, and no unit by itself.
 */
export function withUnits(metrics: readonly MetricData[]): MetricData[] {
  return metrics.map((metric) => {
    const { name, unit } = metric.descriptor;
    const word = UNITS.get(unit) ?? '';
    const isNamed = word === '' || name.split(/[._]/).at(-1) === word;
    const descriptor = { ...metric.descriptor, name: isNamed ? name : `${name}_${word}`, unit: word };
    return { ...metric, descriptor };
  });
}
