import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { PreparingClient } from './preparing-client.js';

const INT8 = 20;
const DATE = 1082;

/** How the service talks to its database. */
export function dataSourceOptions(url: string): DataSourceOptions {
  const { connectionString, max, application_name, ...extra } = poolOptions(url);
  return { type: 'postgres', url: connectionString, poolSize: max, applicationName: application_name, extra };
}

/** In the driver's own words, for who needs it without TypeORM. */
export function poolOptions(url: string) {
  return {
    connectionString: url,
    application_name: 'earmark',
    max: 20,
    types: { getTypeParser },
    Client: PreparingClient,
    // Statements that do not wait for each other's answer go in one round trip; the server keeps their order.
    pipeline: true,
    connectionTimeoutMillis: 5_000,
    // Finds out when the other machine has vanished without a word.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    session: {
      // Every statement finds what it needs by an index, whatever the parameters: it is planned once, since planning
      // takes as long as running. And a plan that was made while a table was new and empty must not read all of it
      // once it has grown.
      enable_seqscan: 'off',
      plan_cache_mode: 'force_generic_plan',
      // A plan that has to read a table nevertheless looks so expensive that it would be compiled each time.
      jit: 'off',
      // A statement or a lock that takes longer than a caller waits is given up, and a process that was
      // stopped in the middle of a transaction does not keep the others waiting for ever.
      statement_timeout: '15s',
      lock_timeout: '4s',
      idle_in_transaction_session_timeout: '10s',
    },
  };
}

/**
 * Every bigint here (positions, versions, sums) is far below 2^53: a number, not a string. A date is a day and no
 * instant, which midnight would be another one of in each time zone: it stays `YYYY-MM-DD`.
 */
function getTypeParser(type: number, format?: 'text' | 'binary'): unknown {
  if (type === DATE) return String;
  return type === INT8 ? Number : (pg.types.getTypeParser as (...of: unknown[]) => unknown)(type, format);
}
