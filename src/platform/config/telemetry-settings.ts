import { wholeNumber, InvalidSetting, type SettingReader } from './setting-parsers.js';

/**
 * Which of traces and metrics are sent, by the standard variables of OpenTelemetry. Addresses, headers and sampling are
 * read by its SDK.
 */
export type TelemetrySettings = Readonly<ReturnType<typeof telemetrySettings>>;

/**
 * Nothing is sent unless an endpoint or an exporter is set: the SDK's own default is a collector on this machine, which
 * few have.
 * @throws {InvalidSetting}
 */
export function telemetrySettings(set: SettingReader) {
  const isDisabled = set('OTEL_SDK_DISABLED')?.toLowerCase() === 'true';
  const protocol = set('OTEL_EXPORTER_OTLP_PROTOCOL') ?? 'http/json';
  if (protocol === 'grpc') {
    throw new InvalidSetting(
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'must be http/json, which every collector accepts: grpc is not supported',
    );
  }
  const isSent = (signal: 'TRACES' | 'METRICS'): boolean => {
    const exporter = `OTEL_${signal}_EXPORTER`;
    const hasPlace = ['OTEL_EXPORTER_OTLP_ENDPOINT', `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`].some(set);
    const wish = set(exporter) ?? (hasPlace ? 'otlp' : 'none');
    if (wish !== 'otlp' && wish !== 'none') throw new InvalidSetting(exporter, 'must be one of otlp, none');
    return wish === 'otlp' && !isDisabled;
  };
  return {
    /** Nothing is measured, not even for `GET /metrics`. */
    isDisabled,
    sendsTraces: isSent('TRACES'),
    sendsMetrics: isSent('METRICS'),
    metricIntervalMs: wholeNumber(
      set,
      'OTEL_METRIC_EXPORT_INTERVAL',
      '60000',
      100,
      99_999_999,
      'a number of milliseconds',
    ),
  };
}
