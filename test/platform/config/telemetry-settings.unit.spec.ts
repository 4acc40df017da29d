import { describe, expect, it } from '@jest/globals';
import { InvalidSetting } from '../../../src/platform/config/setting-parsers.js';
import { readSettings } from '../../../src/platform/config/settings.js';

const telemetry = (environment: Record<string, string>) => {
  const { sendsTraces, sendsMetrics } = readSettings(environment).telemetry;
  return { sendsTraces, sendsMetrics };
};
const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
const BOTH = { sendsTraces: true, sendsMetrics: true };
const NEITHER = { sendsTraces: false, sendsMetrics: false };

describe("OpenTelemetry's variables", () => {
  it('send nothing if none is set', () => {
    expect(telemetry({})).toEqual(NEITHER);
    expect(readSettings({}).telemetry).toMatchObject({ isDisabled: false, metricIntervalMs: 60_000 });
  });

  it.each([
    ['both if an address is set', ENDPOINT, BOTH],
    ['nothing if the address is empty', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, NEITHER],
    [
      'only traces if only they have an address',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' },
      { sendsTraces: true, sendsMetrics: false },
    ],
    [
      'only metrics if traces are switched off',
      { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' },
      { sendsTraces: false, sendsMetrics: true },
    ],
    [
      'what is switched on to the default address without an address',
      { OTEL_TRACES_EXPORTER: 'otlp' },
      { ...NEITHER, sendsTraces: true },
    ],
    [
      'nothing if both exporters are none',
      { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
      NEITHER,
    ],
    ['nothing if the SDK is disabled', { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }, NEITHER],
    ['both if the SDK is not disabled', { ...ENDPOINT, OTEL_SDK_DISABLED: 'no' }, BOTH],
  ])('send %s', (_, environment, expected) => {
    expect(telemetry(environment)).toEqual(expected);
  });

  it.each([
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_METRICS_EXPORTER', 'prometheus'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_METRIC_EXPORT_INTERVAL', 'often'],
  ])('stop the start if one has an invalid value: %s=%s', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(InvalidSetting);
    expect(() => readSettings({ [name]: value })).toThrow(name);
  });
});
