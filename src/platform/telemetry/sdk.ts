import { diag, DiagLogLevel, metrics, trace } from '@opentelemetry/api';
import { Logger } from '@nestjs/common';
import type { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { Resource } from '@opentelemetry/resources';
import type { MetricReader, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { TelemetrySettings } from '../config/telemetry-settings.js';
import { bindMeter } from '../../kernel/metrics/instruments.js';
import { measureProcess } from './process-metrics.js';
import { bindTracer } from '../../kernel/metrics/spans.js';

/** How often the log is told that a collector does not answer. */
const TELL_MS = 60_000;

export interface Sdk {
  readonly resource: Resource;
  /** Collects when it is asked, and not by itself. */
  readonly reader: MetricReader;
  readonly serializer: PrometheusSerializer;
  /** Whatever sends. */
  readonly senders: readonly { forceFlush(): Promise<void> }[];
}

/** Sets OpenTelemetry's SDK up for this process. Each of its packages is loaded where it is needed. */
export async function startSdk(settings: TelemetrySettings, version: string): Promise<Sdk> {
  tellTheLog();
  const { defaultResource, detectResources, envDetector, resourceFromAttributes, serviceInstanceIdDetector } =
    await import('@opentelemetry/resources');
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'earmark', 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }));
  // Tells apart the processes that send to one collector; whoever scrapes gives them names himself.
  const sending = resource.merge(detectResources({ detectors: [serviceInstanceIdDetector] }));
  const { PrometheusSerializer } = await import('@opentelemetry/exporter-prometheus');
  // Neither a prefix nor times nor the name of the meter; but what the service says of itself.
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);
  const { reader, sender } = await startMetrics(settings, sending);
  const tracer = settings.sendsTraces && (await startTraces(sending));
  return { resource, reader, serializer, senders: [sender, tracer].filter((each) => each !== false) };
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
  const periodic = (exporter: PushMetricExporter) =>
    new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis: metricIntervalMs,
      exportTimeoutMillis: Math.min(metricIntervalMs, 10_000),
      metricProducers,
    });
  const reader = new Scrape({ metricProducers });
  const sender = sendsMetrics && periodic(await metricExporter());
  const provider = new MeterProvider({ resource, readers: sender ? [reader, sender] : [reader] });
  metrics.setGlobalMeterProvider(provider);
  const meter = metrics.getMeter('earmark');
  bindMeter(meter);
  measureProcess(meter);
  return { reader, sender };
}

async function metricExporter(): Promise<PushMetricExporter> {
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http');
  return new OTLPMetricExporter();
}

async function startTraces(resource: Resource) {
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const spanProcessors = [new BatchSpanProcessor(new OTLPTraceExporter())];
  const provider = new NodeTracerProvider({ resource, spanProcessors });
  // Without a context manager: contexts go by our own way, see unit-of-work/cause.ts.
  trace.setGlobalTracerProvider(provider);
  bindTracer(trace.getTracer('earmark'));
  return provider;
}

/** What the SDK has to say, which it would keep to itself. A collector that is away says the same over and over. */
function tellTheLog(): void {
  const logger = new Logger('telemetry');
  let lastTold = -Infinity;
  const tell = (message: string): void => {
    if (performance.now() - lastTold < TELL_MS) return;
    lastTold = performance.now();
    logger.warn(message);
  };
  const nothing = () => undefined;
  diag.setLogger(
    { error: tell, warn: tell, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
