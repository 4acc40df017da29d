import pg from 'pg';

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
}

/**
 * A connection to PostgreSQL whose session is set by ourselves as soon as it is there, and is handed out afterwards.
 * By a statement and not by parameters of the connection's start: PgBouncer refuses the latter.
 */
export class SessionClient extends pg.Client {
  readonly #session: SessionSettings;

  constructor(config: string | SessionConfig = {}) {
    super(config);
    this.#session = typeof config === 'string' ? {} : (config.session ?? {});
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
    try {
      const settings = { ...RELIED_ON, ...this.#session };
      await super.query(SET_ALL, [JSON.stringify(settings)]);
    } catch (error) {
      void this.end().catch(() => undefined);
      throw error;
    }
    return this;
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
