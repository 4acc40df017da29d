import pg from 'pg';
import { AS_LONG_AS_IT_ANSWERS, watchAnswers, type AnswerLimit } from './answer-watch.js';

/** Settings of a session, by their names. */
export type SessionSettings = Readonly<Record<string, string>>;

/**
 * What our statements rely on. A database, a role or the server's configuration may have any of them otherwise, so
 * every session of ours sets all of them: docs/decisions/0016-sessions-set-what-they-rely-on.md.
 */
const RELIED_ON: SessionSettings = {
  // First, since it decides which functions the names of the next statements mean. Ours name their schemas.
  search_path: 'pg_catalog',
  // How values read as text, and text as values.
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
  // How statements read. Without `array_nulls` a batch on hand, whose date is null, would have the date "NULL".
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  row_security: 'on',
  // What a transaction sees and may do.
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  // When the server gives up. Whoever wants a limit sets it beside these; a lease is an idle session for hours.
  statement_timeout: '0',
  lock_timeout: '0',
  transaction_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
};

/** A client that says how its session is to be set, beside what every session of ours relies on. */
export interface SessionConfig extends pg.ClientConfig {
  readonly session?: SessionSettings;
  /** For how long the server may say nothing. Left out, for as long as it answers over another connection. */
  readonly answerLimit?: AnswerLimit;
}

/** Within which a connection has to be there, unless whoever makes it says otherwise. */
const CONNECTION_TIMEOUT_MS = 10_000;
/** Within which a server that is asked whether it is there has to answer. */
const ALIVE_WITHIN_MS = 5_000;

/**
 * A connection to PostgreSQL whose session is set by ourselves as soon as it is there, and is handed out afterwards.
 * By a statement and not by parameters of the connection's start: PgBouncer refuses the latter.
 */
export class SessionClient extends pg.Client {
  /** For how long the server may say nothing while a statement runs. */
  answerLimit: AnswerLimit;
  readonly #config: SessionConfig;

  constructor(config: string | SessionConfig = {}) {
    const given = typeof config === 'string' ? { connectionString: config } : config;
    const all = { ...given, connectionTimeoutMillis: given.connectionTimeoutMillis ?? CONNECTION_TIMEOUT_MS };
    super(all);
    this.#config = all;
    this.answerLimit = all.answerLimit ?? AS_LONG_AS_IT_ANSWERS;
    // The pool and TypeORM listen by turns, and in between nobody does: an end of the session that comes in one packet
    // with its beginning would end the process. A session that has failed takes no statement any more.
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

/** A server that refuses is there, too: it has no place left, say. */
async function isAlive(config: SessionConfig): Promise<boolean> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: ALIVE_WITHIN_MS });
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
 * One statement for all of them. A setting that this version of PostgreSQL does not have is left out. An operator who
 * wants commits to wait for a standby keeps that; but a commit that does not wait for the disk may be lost after it
 * was answered.
 */
const SET_ALL = `
  select pg_catalog.set_config(name, value, false)
    from pg_catalog.json_each_text($1::pg_catalog.json) as wanted (name, value)
   where pg_catalog.current_setting(name, true) is not null
   union all
  select pg_catalog.set_config('synchronous_commit', 'on', false)
   where pg_catalog.current_setting('synchronous_commit') operator(pg_catalog.=) 'off'`;
