import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { PreparedStatementClient } from './prepared-statement-client.js';

const INT8 = 20;
const DATE = 1082;

/** What the server calls our sessions. */
export const SESSIONS = 'earmark 0.2';
/** What it calls those of processes of version 0.1. */
export const SESSIONS_OF_0_1 = 'earmark';

/** Milliseconds that a statement may take at most, unless `DATABASE_STATEMENT_MS` says otherwise. */
export const STATEMENT_MS = 4_000;
/** On top of what a statement may take, so that a server that is alive ends it by itself, with an error. */
const ANSWER_MARGIN_MS = 1_000;
/** So that a lock is tried for twice within the time that a caller waits. */
const LOCK_MS = 2_500;

export function dataSourceOptions(url: string, statementMs?: number): DataSourceOptions {
  const { connectionString, max, application_name, ...extra } = poolOptions(url, statementMs);
  return { type: 'postgres', url: connectionString, poolSize: max, applicationName: application_name, extra };
}

/**
 * The same for the driver without TypeORM.
 * @param statementMs milliseconds that a statement may take
 */
export function poolOptions(url: string, statementMs = STATEMENT_MS) {
  return {
    connectionString: url,
    application_name: SESSIONS,
    max: 20,
    types: { getTypeParser },
    Client: PreparedStatementClient,
    // Statements that do not wait for each other's answer share a round trip; the server runs them in sequence.
    pipeline: true,
    connectionTimeoutMillis: 5_000,
    // A server that is stopped or unreachable does not end a statement by itself.
    answerLimit: { ms: statementMs + ANSWER_MARGIN_MS, probes: false },
    // Notices on an idle connection that the other machine has vanished.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    session: {
      // Every statement uses an index, whatever the parameters: it is planned once, since planning takes as long as
      // running. And a plan that was made while a table was empty must not read all of it once it has grown.
      enable_seqscan: 'off',
      plan_cache_mode: 'force_generic_plan',
      // A plan that has to read a table nevertheless looks so expensive that it would be compiled each time.
      jit: 'off',
      // For the same reason it would start processes to share its work, which takes longer than the work of a page.
      max_parallel_workers_per_gather: '0',
      // A statement or a lock that takes longer than a caller waits is cancelled, and a process that was stopped in the
      // middle of a transaction does not block the others for ever.
      statement_timeout: `${statementMs}ms`,
      lock_timeout: `${Math.min(statementMs, LOCK_MS)}ms`,
      idle_in_transaction_session_timeout: '10s',
    },
  };
}

/**
 * Every bigint here (positions, versions, sums) is far below 2^53: a number, not a string. A date is a day, not an
 * instant, which would depend on the time zone: it stays `YYYY-MM-DD`.
 */
function getTypeParser(type: number, format?: 'text' | 'binary'): unknown {
  if (type === DATE) return String;
  return type === INT8 ? Number : (pg.types.getTypeParser as (...of: unknown[]) => unknown)(type, format);
}
