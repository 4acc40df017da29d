import pg from 'pg';
import { AS_LONG_AS_IT_ANSWERS, watchAnswers, type AnswerLimit } from './answer-watch.js';

export type SessionSettings = Readonly<Record<string, string>>;

/**
 * What our statements rely on. A database, a role or the server's configuration may set any of them differently, so
 * every session of ours sets all of them: docs/decisions/0016-sessions-set-what-they-rely-on.md.
 */
const RELIED_ON: SessionSettings = {
  // First, since it decides which functions later names mean. Our statements name their schemas.
  search_path: 'pg_catalog',
  // How values are written as text, and read from it.
  client_encoding: 'UTF8',
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  lc_numeric: 'C',
  lc_monetary: 'C',
  lc_time: 'C',
  xmloption: 'content',
  xmlbinary: 'base64',
  // How statements are read. Without `array_nulls` a null in an array would become the text "NULL".
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  row_security: 'on',
  // PostgreSQL says by a warning that a commit has not waited for its standby. Nobody reads its notices.
  client_min_messages: 'warning',
  // What a transaction sees and may do.
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  // When the server gives up. A client that wants a limit overrides these; a lease is a session that idles for hours.
  statement_timeout: '0',
  lock_timeout: '0',
  transaction_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
};

/** The configuration of a client, and the settings of its session beside those that every session of ours has. */
export interface SessionConfig extends pg.ClientConfig {
  readonly session?: SessionSettings;
  /** How long the server may stay silent; if left out, as long as it answers over another connection. */
  readonly answerLimit?: AnswerLimit;
}

/**
 * If the configuration says nothing else. A PostgreSQL that is busy, as after a crash, takes long to open a session, and a process
 * does not look at its answer while it loads its parts; a service that gave up would only start again.
 */
const CONNECTION_TIMEOUT_MS = 30_000;
const PROBE_TIMEOUT_MS = 5_000;

/**
 * A connection to PostgreSQL that sets what its session relies on before it is handed out: by a statement, since
 * PgBouncer refuses parameters of the connection's start.
 */
export class SessionClient extends pg.Client {
  answerLimit: AnswerLimit;
  readonly #config: SessionConfig;

  constructor(config: string | SessionConfig = {}) {
    const given = typeof config === 'string' ? { connectionString: config } : config;
    const all = { ...given, connectionTimeoutMillis: given.connectionTimeoutMillis ?? CONNECTION_TIMEOUT_MS };
    super(all);
    this.#config = all;
    this.answerLimit = all.answerLimit ?? AS_LONG_AS_IT_ANSWERS;
    // Between the listeners of the pool and those of TypeORM there is a moment with none: a session that ends right after
    // its start would then end the process. A session that has failed takes no more statements.
    this.on('error', () => undefined);
  }

  override connect(): Promise<never>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error) => void): Promise<never> | void {
    const connected = this.#connect();
    if (!callback) return connected as Promise<never>;
    connected.then(
      () => callback(null as unknown as Error),
      (error: Error) => callback(error),
    );
  }

  async #connect(): Promise<this> {
    await super.connect();
    this.#watch();
    try {
      const settings = { ...RELIED_ON, ...this.#config.session };
      await super.query(SET_ALL, [JSON.stringify(settings)]);
    } catch (error) {
      void this.end().catch(() => undefined);
      throw error;
    }
    return this;
  }

  #watch(): void {
    const getLimit = () => this.answerLimit;
    watchAnswers({
      client: this,
      get limit() {
        return getLimit();
      },
      isServerAlive: () => isAlive(this.#config),
    });
  }
}

/** A server that refuses the connection is alive, too: it may have no place left. */
async function isAlive(config: SessionConfig): Promise<boolean> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: PROBE_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    return error instanceof pg.DatabaseError;
  } finally {
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}

/**
 * Sets all settings with one statement, except those that this version of PostgreSQL does not have. An operator may let
 * commits wait for a standby. But a commit that does not wait for the disk could be lost after it was answered.
 */
const SET_ALL = `
  select pg_catalog.set_config(name, value, false)
    from pg_catalog.json_each_text($1::pg_catalog.json) as wanted (name, value)
   where pg_catalog.current_setting(name, true) is not null
   union all
  select pg_catalog.set_config('synchronous_commit', 'on', false)
   where pg_catalog.current_setting('synchronous_commit') operator(pg_catalog.=) 'off'`;
