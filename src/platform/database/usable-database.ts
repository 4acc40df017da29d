import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { InvalidSetting } from '../config/setting-parsers.js';
import { SessionClient } from '../../kernel/postgres/session-client.js';
import { SESSIONS } from '../../kernel/postgres/data-source.js';

/** As `server_version_num` has it. */
const OLDEST_VERSION = 150_000;

/** What a session cannot set for itself. */
interface Facts {
  readonly version: number;
  readonly versionName: string;
  readonly encoding: string;
  readonly isStandby: boolean;
  readonly processId: number;
  readonly role: string;
}

/**
 * Requires that the database can be reached and that the service can work on it.
 * @param setting the name of the setting that holds the URL
 * @returns the role that the URL leads to
 * @throws {InvalidSetting} which says in one line what to set
 */
export function requireUsable(url: string, setting = 'DATABASE_URL'): Promise<string> {
  return withClient(url, setting, async (client) => {
    const { rows } = await client.query<Facts>(
      `select current_setting('server_version_num')::int as version, current_setting('server_version') as "versionName",
              current_setting('server_encoding') as encoding, pg_is_in_recovery() as "isStandby",
              pg_backend_pid() as "processId", current_user as role`,
    );
    const facts = rows[0]!;
    const fault =
      faultOf(facts) ?? ((await isPooledByTransaction(client, facts, url, setting)) ? BY_TRANSACTION : null);
    if (fault !== null) throw new InvalidSetting(setting, fault);
    return facts.role;
  });
}

const BY_TRANSACTION =
  'leads to a pooler that changes sessions between transactions, but the service needs sessions of its own: ' +
  'set pool_mode=session for this database in PgBouncer, or use the address of PostgreSQL itself.';

function faultOf({ version, versionName, encoding, isStandby }: Facts): string | null {
  if (version < OLDEST_VERSION) return `leads to PostgreSQL ${versionName}: it has to be 15 or newer.`;
  if (isStandby) return 'leads to a standby, which accepts no writes: use the address of the primary.';
  if (encoding !== 'UTF8')
    return (
      `leads to a database with the encoding ${encoding}, which cannot store every text: ` +
      `create one with: create database … encoding 'UTF8' template template0`
    );
  return null;
}

/**
 * A pooler names another process than the one that serves us. One that lends a session for a transaction alone either
 * shows what this session has set to the next connection, or loses it meanwhile.
 */
async function isPooledByTransaction(
  client: pg.Client,
  { processId }: Facts,
  url: string,
  setting: string,
): Promise<boolean> {
  if ((client as pg.Client & { processID: number }).processID === processId) return false;
  const mark = randomUUID();
  await client.query(`select set_config('earmark.session', $1, false)`, [mark]);
  return withClient(url, setting, async (other) => {
    // A pooler by statement refuses this.
    if ((await other.query('begin').catch(() => null)) === null) return true;
    if ((await markOf(other)) === mark) return true;
    return (await markOf(client)) !== mark;
  });
}

async function markOf(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ mark: string | null }>(
    `select current_setting('earmark.session', true) as mark`,
  );
  return rows[0]!.mark;
}

async function withClient<T>(
  url: string,
  setting: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new SessionClient({ connectionString: url, application_name: SESSIONS });
  try {
    await client.connect().catch(({ code, message }: NodeJS.ErrnoException) => {
      throw new InvalidSetting(setting, `cannot be used: ${message || code}`);
    });
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
