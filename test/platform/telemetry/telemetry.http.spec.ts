import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { diag, SpanKind } from '@opentelemetry/api';
import { readSettings } from '../../../src/platform/config/settings.js';
import { ConcurrentChange } from '../../../src/kernel/domain/store.js';
import { onCollect, currentMeter } from '../../../src/kernel/metrics/instruments.js';
import { inSpan } from '../../../src/kernel/metrics/spans.js';
import { TelemetryModule } from '../../../src/platform/telemetry/telemetry.module.js';
import { Telemetry } from '../../../src/platform/telemetry/telemetry.js';
import { retryTransient } from '../../../src/kernel/postgres/retry.js';
import { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import { Collector } from '../../support/collector.js';
import { InMemoryLog, InMemoryTransactions } from '../../support/in-memory.js';
import { PrometheusText } from '../../support/prometheus-text.js';
import { Counters } from '../../support/counters.js';

const { telemetry: settings } = readSettings({});
let telemetry: Telemetry;
beforeAll(async () => {
  telemetry = await Telemetry.start(settings, '1.2.3');
});
const scrape = async () => new PrometheusText(await telemetry.textOf(await telemetry.collect()));

describe('Telemetry', () => {
  it('counts every retry by its reason, and every time that retrying was given up', async () => {
    let left = 2;
    await retryTransient(() =>
      left-- > 0 ? Promise.reject(new ConcurrentChange(['LAMP'])) : Promise.resolve(),
    );
    const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' });
    await expect(retryTransient(() => Promise.reject(deadlock), 0)).rejects.toThrow();

    const metrics = await scrape();
    expect(metrics.value('earmark_retries_total', { reason: 'conflict' })).toBe(2);
    expect(metrics.value('earmark_retries_total', { reason: 'deadlock' })).toBe(0);
    expect(metrics.value('earmark_retries_exhausted_total', { reason: 'deadlock' })).toBe(1);
    expect(metrics.value('earmark_retries_exhausted_total', { reason: 'conflict' })).toBe(0);
  });

  it('counts no event of a transaction that was rolled back', async () => {
    const [counters, log] = [new Counters(), new InMemoryLog()];
    const unitOfWork = new UnitOfWork(new InMemoryTransactions(), log);
    const add = () => unitOfWork.change(counters, { name: 'a' }, (counter) => counter.add(1));
    await add();
    const failing = unitOfWork.inTransaction(async () => {
      await add();
      throw new Error('disk full');
    });
    await expect(failing).rejects.toThrow('disk full');

    const metrics = await scrape();
    expect(metrics.value('earmark_events_total', { type: 'Counted' })).toBe(1);
    expect(metrics.value('earmark_group_size_sum')).toBe(1);
  });

  it('asks the gauge of a feature at each collection until the feature ends it', async () => {
    const gauge = currentMeter().createObservableGauge('earmark.test.asked');
    let asked = 0;
    const stop = onCollect([gauge], (result) => result.observe(gauge, ++asked));
    expect((await scrape()).value('earmark_test_asked')).toBe(1);
    stop();
    await scrape();

    expect(asked).toBe(1);
  });

  it('leaves out a gauge that fails', async () => {
    const gauge = currentMeter().createObservableGauge('earmark.test');
    const stop = onCollect([gauge], () => Promise.reject(new Error('the database is away')));
    const metrics = await scrape();
    stop();

    expect(metrics.series('earmark_test')).toEqual([]);
    expect(metrics.value('target_info', { service_version: '1.2.3' })).toBe(1);
  });

  it('has no label that names the meter', async () => {
    expect(await telemetry.textOf(await telemetry.collect())).not.toContain('scope');
  });

  it('logs its own warnings at most once a minute', () => {
    const logged: unknown[] = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((words) => void logged.push(words));
    const now = jest.spyOn(performance, 'now');
    const begun = Math.ceil(performance.now()) + 60_000;
    for (const seconds of [0, 1, 59, 60, 119]) {
      now.mockReturnValue(begun + seconds * 1_000);
      diag.error(`away for ${seconds} s`);
      diag.warn('away');
      diag.info('no matter');
    }
    jest.restoreAllMocks();

    expect(logged).toEqual(['away for 0 s', 'away for 60 s']);
  });

  it('shuts down without a collector', async () => {
    await expect(telemetry.onApplicationShutdown()).resolves.toBeUndefined();
  });

  it('keeps the settings of its first start', async () => {
    expect(await Telemetry.start(settings, '9.9.9')).toBe(telemetry);
  });

  it('measures nothing on the command line', async () => {
    const { providers } = TelemetryModule.forRoot(readSettings({}).telemetry, 'cli');
    const [{ useFactory }] = providers as unknown as [{ useFactory: () => Promise<Telemetry> }];
    expect(await (await useFactory()).collect()).toEqual([]);
  });

  it('measures and sends nothing if the SDK is disabled, and says so', async () => {
    const collector = await Collector.open();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
    try {
      const sending = { ...settings, sendsTraces: true, sendsMetrics: true };
      const none = await Telemetry.start({ ...sending, isDisabled: true }, '1.2.3');
      await inSpan('probe', { kind: SpanKind.INTERNAL }, () => Promise.resolve());

      expect(await none.textOf(await none.collect())).toBe(
        '# Nothing is measured: OTEL_SDK_DISABLED is true.\n',
      );
      await none.onApplicationShutdown();
      expect(collector.paths).toEqual([]);
    } finally {
      delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
      collector.close();
    }
  });
});
