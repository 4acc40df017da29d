import type { OnApplicationShutdown } from '@nestjs/common';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { withTimeLimit } from '../../kernel/lifecycle/time-limit.js';
import type { TelemetrySettings } from '../config/telemetry-settings.js';
import { startSdk, type Sdk } from './sdk.js';

/** A question to the database that feeds a gauge may take so long; the rest is told without it. */
const COLLECT_MS = 2_000;
/** How long the end of the process waits for what is on its way to a collector. */
const FLUSH_MS = 2_000;

/**
 * What is measured in this process, and sent from it: one for all applications in it, since OpenTelemetry's API knows
 * one SDK alone.
 */
export class Telemetry implements OnApplicationShutdown {
  static #started: Promise<Telemetry> | null = null;
  readonly #sdk: Sdk | null;

  private constructor(sdk: Sdk | null) {
    this.#sdk = sdk;
  }

  /**
   * The second time, the settings of the first one stand.
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

  /** All that has been measured, as plain data. */
  async collect(): Promise<MetricData[]> {
    if (!this.#sdk) return [];
    const { resourceMetrics } = await this.#sdk.reader.collect({ timeoutMillis: COLLECT_MS });
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  }

  /** In the words of Prometheus. */
  textOf(metrics: MetricData[]): string {
    if (!this.#sdk) return '# Nothing is measured: OTEL_SDK_DISABLED is true.\n';
    const { resource, serializer } = this.#sdk;
    return serializer.serialize({ resource, scopeMetrics: [{ scope: { name: 'earmark' }, metrics }] });
  }

  /** Sends what is waiting to be sent; gives up in time where nobody takes it. */
  async onApplicationShutdown(): Promise<void> {
    const senders = this.#sdk?.senders ?? [];
    const sent = Promise.allSettled(senders.map((sender) => sender.forceFlush()));
    await withTimeLimit(sent, FLUSH_MS).catch(() => undefined);
  }
}
