import { diag, DiagLogLevel, metrics, trace } from '@opentelemetry/api';
import { Logger } from '@nestjs/common';
import type { Resource } from '@opentelemetry/resources';
import type { TelemetrySettings } from '../config/telemetry-settings.js';
import { bindMeter } from '../../kernel/metrics/instruments.js';
import { measureProcess } from './process-metrics.js';
import { bindTracer } from '../../kernel/metrics/spans.js';

/** How often a warning of the SDK is logged, such as that a collector does not answer. */
const WARN_EVERY_MS = 60_000;

/** `reader` collects only on request, `senders` push to a collector. */
export type Sdk = Awaited<ReturnType<typeof startSdk>>;

/** Sets up OpenTelemetry's SDK for this process. Each package is loaded only if it is needed. */
export async function startSdk(settings: TelemetrySettings, version: string) {
  logWarnings();
  const { defaultResource, detectResources, envDetector, resourceFromAttributes, serviceInstanceIdDetector } =
    await import('@opentelemetry/resources');
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'earmark', 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }));
  // Distinguishes processes that push to one collector. A Prometheus names those that it scrapes itself.
  const sending = resource.merge(detectResources({ detectors: [serviceInstanceIdDetector] }));
  const { reader, sender } = await startMetrics(settings, sending);
  const tracer = settings.sendsTraces && (await startTraces(sending));
  return { resource, reader, serializer, senders: [sender, tracer].filter((each) => each !== false) };
}

/** Writes what Prometheus reads. Loaded with the first scrape, since most starts have to be quick and few are scraped at once. */
async function serializer() {
  const { PrometheusSerializer } = await import('@opentelemetry/exporter-prometheus');
  // Without prefix, times and the name of the meter, but with the attributes of the resource.
  return new PrometheusSerializer(undefined, false, undefined, false, true);
}

async function startMetrics({ sendsMetrics, metricIntervalMs }: TelemetrySettings, resource: Resource) {
  const { MeterProvider, MetricReader, PeriodicExportingMetricReader } =
    await import('@opentelemetry/sdk-metrics');
  const { requestDurations } = await import('./request-durations.js');
  const metricProducers = [requestDurations];
  class Scrape extends MetricReader {
    protected override onForceFlush = () => Promise.resolve();
    protected override onShutdown = () => Promise.resolve();
  }
  const startSender = async () => {
    const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http');
    return new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter(),
      exportIntervalMillis: metricIntervalMs,
      exportTimeoutMillis: Math.min(metricIntervalMs, 10_000),
      metricProducers,
    });
  };
  const reader = new Scrape({ metricProducers });
  const sender = sendsMetrics && (await startSender());
  const provider = new MeterProvider({ resource, readers: sender ? [reader, sender] : [reader] });
  metrics.setGlobalMeterProvider(provider);
  const meter = metrics.getMeter('earmark');
  bindMeter(meter);
  measureProcess(meter);
  return { reader, sender };
}

async function startTraces(resource: Resource) {
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const spanProcessors = [new BatchSpanProcessor(new OTLPTraceExporter())];
  const provider = new NodeTracerProvider({ resource, spanProcessors });
  // No context manager: kernel/cause carries the context.
  trace.setGlobalTracerProvider(provider);
  bindTracer(trace.getTracer('earmark'));
  return provider;
}

/** Logs warnings of the SDK, which are silent by default. While a collector is away, they come again and again. */
function logWarnings(): void {
  const logger = new Logger('telemetry');
  let lastLoggedAt = -Infinity;
  const warn = (message: string): void => {
    if (performance.now() - lastLoggedAt < WARN_EVERY_MS) return;
    lastLoggedAt = performance.now();
    logger.warn(message);
  };
  const nothing = () => undefined;
  diag.setLogger(
    { error: warn, warn, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
