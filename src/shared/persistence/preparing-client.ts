import pg from 'pg';

/** Statements of a connection that are kept prepared. Ours are a few dozen; texts that are made up anew each time would fill the server. */
const MOST_PREPARED = 200;

const names = new Map<string, string>();

/**
 * A connection to PostgreSQL on which a statement with parameters is parsed and planned once.
 */
export class PreparingClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // The pool and TypeORM listen by turns, and in between nobody does: an end of the session that comes in one packet
    // with its beginning would end the process. A session that has failed takes no statement any more.
    this.on('error', () => undefined);
  }

  override query(...call: unknown[]): never {
    const [text, values, ...rest] = call;
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined;
    const query = super.query.bind(this) as (...call: unknown[]) => never;
    return name === undefined ? query(...call) : query({ name, text, values }, ...rest);
  }
}

function nameOf(text: string): string | undefined {
  let name = names.get(text);
  if (name === undefined && names.size < MOST_PREPARED) names.set(text, (name = `earmark_${names.size}`));
  return name;
}
