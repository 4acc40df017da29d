import { arrayLiteral } from './array-literal.js';
import { SessionClient } from './session-client.js';

/** Statements of a connection that are kept prepared. Ours are a few dozen; generated texts would fill the server. */
const MOST_PREPARED = 200;

const names = new Map<string, string>();

/**
 * After these errors only a new session helps: this one has lost its prepared statements or has those of others (a
 * pooler), their results have another shape now (a table was recreated), or the server has become a standby (a failover).
 */
const SESSION_IS_STALE = new Set(['26000', '42P05', '0A000', '25006']);

/** The function of PostgreSQL in which a commit waits for a synchronous standby: no translation changes its name. */
const WAITS_FOR_STANDBY = 'SyncRepWaitForLSN';

/** A connection to PostgreSQL on which a statement with parameters is parsed and planned once. */
export class PreparedStatementClient extends SessionClient {
  #hasMissedStandby = false;

  constructor(...config: ConstructorParameters<typeof SessionClient>) {
    super(...config);
    // Somebody has cancelled the wait: PostgreSQL warns, and reports a success.
    this.on('notice', ({ routine }) => {
      if (routine === WAITS_FOR_STANDBY) this.#hasMissedStandby = true;
    });
    const { connection } = this as unknown as { connection: NodeJS.EventEmitter };
    connection.on('errorMessage', ({ code }: { code?: string }) => {
      if (SESSION_IS_STALE.has(code!)) void this.end().catch(() => undefined);
    });
  }

  /** Whether a commit since the last call has not waited until a synchronous standby had it. */
  takeMissedStandby(): boolean {
    const hasMissed = this.#hasMissedStandby;
    this.#hasMissedStandby = false;
    return hasMissed;
  }

  override query(...call: unknown[]): never {
    const [text, given, ...rest] = call;
    const query = super.query.bind(this) as (...call: unknown[]) => never;
    if (typeof text !== 'string' || !Array.isArray(given)) return query(...call);
    const values = given.map((value: unknown) => (Array.isArray(value) ? arrayLiteral(value) : value));
    return query({ name: nameOf(text), text, values }, ...rest);
  }
}

function nameOf(text: string): string | undefined {
  let name = names.get(text);
  if (name === undefined && names.size < MOST_PREPARED) names.set(text, (name = `earmark_${names.size}`));
  return name;
}
