import type { OnApplicationShutdown } from '@nestjs/common';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { withTimeLimit } from '../../kernel/lifecycle/time-limit.js';
import type { TelemetrySettings } from '../config/telemetry-settings.js';
import { withUnits } from './prometheus-names.js';
import { startSdk, type Sdk } from './sdk.js';

/** How long a query for a gauge may take. Metrics whose query takes longer are left out. */
const COLLECT_MS = 2_000;
/** How long a shutdown waits for metrics and traces that are being sent. */
const FLUSH_MS = 2_000;

/**
 * Metrics and traces of this process. There is one for all applications in it, since OpenTelemetry's API knows only one
 * SDK.
 */
export class Telemetry implements OnApplicationShutdown {
  static #started: Promise<Telemetry> | null = null;

  private constructor(private readonly sdk: Sdk | null) {}

  /**
   * The settings of the first call hold for all later ones.
   * @param version of the service
   */
  static start(settings: TelemetrySettings, version: string): Promise<Telemetry> {
    if (settings.isDisabled) return Promise.resolve(Telemetry.none());
    return (this.#started ??= startSdk(settings, version).then((sdk) => new Telemetry(sdk)));
  }

  /** Measures nothing and sends nothing. */
  static none(): Telemetry {
    return new Telemetry(null);
  }

  async collect(): Promise<MetricData[]> {
    if (!this.sdk) return [];
    const { resourceMetrics } = await this.sdk.reader.collect({ timeoutMillis: COLLECT_MS });
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  }

  /** In the text format of Prometheus. */
  async textOf(metrics: MetricData[]): Promise<string> {
    if (!this.sdk) return '# Nothing is measured: OTEL_SDK_DISABLED is true.\n';
    const { resource, serializer } = this.sdk;
    return (await serializer()).serialize({
      resource,
      scopeMetrics: [{ scope: { name: 'earmark' }, metrics: withUnits(metrics) }],
    });
  }

  /** Sends what waits to be sent, but not for longer than `FLUSH_MS`. */
  async onApplicationShutdown(): Promise<void> {
    const senders = this.sdk?.senders ?? [];
    const sent = Promise.allSettled(senders.map((sender) => sender.forceFlush()));
    await withTimeLimit(sent, FLUSH_MS).catch(() => undefined);
  }
}
