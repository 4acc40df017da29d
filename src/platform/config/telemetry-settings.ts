import { wholeNumber, InvalidSetting } from './setting-parsers.js';

/**
 * Which of traces and metrics are sent, by the standard variables of OpenTelemetry. Addresses, headers and sampling are
 * read by its SDK.
 */
export interface TelemetrySettings {
  /** Nothing is measured, not even for `GET /metrics`. */
  readonly isDisabled: boolean;
  readonly sendsTraces: boolean;
  readonly sendsMetrics: boolean;
  /** Between two exports of metrics. */
  readonly metricIntervalMs: number;
}

/**
 * Nothing is sent unless an endpoint or an exporter is set: the SDK's own default is a collector on this machine, which
 * few have.
 * @param set the value of a variable, trimmed; undefined if there is none
 * @throws {InvalidSetting}
 */
export function telemetrySettings(set: (name: string) => string | undefined): TelemetrySettings {
  const isDisabled = set('OTEL_SDK_DISABLED')?.toLowerCase() === 'true';
  const protocol = set('OTEL_EXPORTER_OTLP_PROTOCOL') ?? 'http/json';
  if (protocol === 'grpc') {
    throw new InvalidSetting('OTEL_EXPORTER_OTLP_PROTOCOL', 'must be http/json, which every collector takes');
  }
  const isSent = (signal: 'TRACES' | 'METRICS'): boolean => {
    const exporter = `OTEL_${signal}_EXPORTER`;
    const hasPlace = ['OTEL_EXPORTER_OTLP_ENDPOINT', `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`].some(set);
    const wish = set(exporter) ?? (hasPlace ? 'otlp' : 'none');
    if (wish !== 'otlp' && wish !== 'none') throw new InvalidSetting(exporter, 'must be one of otlp, none');
    return wish === 'otlp' && !isDisabled;
  };
  return {
    isDisabled,
    sendsTraces: isSent('TRACES'),
    sendsMetrics: isSent('METRICS'),
    metricIntervalMs: wholeNumber(
      'OTEL_METRIC_EXPORT_INTERVAL',
      set('OTEL_METRIC_EXPORT_INTERVAL') ?? '60000',
      100,
      99_999_999,
      'a number of milliseconds',
    ),
  };
}
