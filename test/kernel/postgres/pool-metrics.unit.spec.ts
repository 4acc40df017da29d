import { expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { readSettings } from '../../../src/platform/config/settings.js';
import { PoolMetrics } from '../../../src/kernel/postgres/pool-metrics.js';
import { Telemetry } from '../../../src/platform/telemetry/telemetry.js';
import { PrometheusText } from '../../support/prometheus-text.js';

it('The connections of the pool are counted by their state until the application shuts down', async () => {
  const telemetry = await Telemetry.start(readSettings({}).telemetry, '1.2.3');
  let asked = 0;
  const pool = {
    idleCount: 3,
    waitingCount: 2,
    options: { max: 20 },
    get totalCount() {
      asked++;
      return 10;
    },
  };
  const metrics = new PoolMetrics({ driver: { master: pool } } as unknown as DataSource);
  metrics.onApplicationBootstrap();
  const scraped = new PrometheusText(await telemetry.textOf(await telemetry.collect()));
  const count = (state: string) =>
    scraped.value('db_client_connection_count', { db_client_connection_state: state });

  expect([count('idle'), count('used')]).toEqual([3, 7]);
  expect(scraped.value('db_client_connection_max')).toBe(20);
  expect(scraped.value('db_client_connection_pending_requests')).toBe(2);

  metrics.onApplicationShutdown();
  await telemetry.collect();
  expect(asked).toBe(1);
});
