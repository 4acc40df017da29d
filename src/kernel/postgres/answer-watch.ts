import type pg from 'pg';

const CHECK_MS = 250;

/** How long a server may stay silent while a statement runs. */
export interface AnswerLimit {
  readonly ms: number;
  /**
   * Whether the server is then probed over another connection, and the statement goes on as long as it answers there.
   * Otherwise the connection is cut.
   */
  readonly probes: boolean;
}

/** For statements that may take hours, since nobody waits: migrations, exports, rebuilds. */
export const AS_LONG_AS_IT_ANSWERS: AnswerLimit = { ms: 10_000, probes: true };

/** The server, or the network, has been silent for too long. The code makes it count as a lost connection. */
export class DatabaseSilent extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(ms: number) {
    super(`The database has not answered for ${ms / 1_000} s.`);
    this.name = 'DatabaseSilent';
  }
}

/** Whether the error is a `DatabaseSilent`, which TypeORM wraps. */
export function isSilence(error: unknown): boolean {
  return ((error as { driverError?: unknown } | null)?.driverError ?? error) instanceof DatabaseSilent;
}

export interface Watched {
  readonly client: pg.Client;
  readonly limit: AnswerLimit;
  /** Probes the server over another connection. */
  readonly isServerAlive: () => Promise<boolean>;
}

/** Parts of the driver's client that are not in its types. */
interface Inside {
  readonly connection: { readonly stream: { readonly bytesRead: number; destroy(error: Error): void } };
  readonly _activeQuery: unknown;
  readonly _sentQueryQueue: readonly unknown[];
  readonly _queryQueue: readonly unknown[];
  readonly _ending: boolean;
}

/** How many bytes a connection has received, and for how long it has received none since. */
interface Silence {
  bytes: number;
  silentMs: number;
  isProbing: boolean;
}

const watched = new Map<Watched, Silence>();
let timer: NodeJS.Timeout | null = null;
let checkedAt = 0;

/**
 * Cuts the connection if the server owes it an answer and has been silent for too long, until the connection ends.
 * The driver's `query_timeout` fails the statement, but leaves the connection open if it was not sent yet; `keepAlive`
 * does not notice a process that is stopped; `statement_timeout` is up to the server that does not answer.
 */
export function watchAnswers(connection: Watched): void {
  watched.set(connection, { bytes: 0, silentMs: 0, isProbing: false });
  connection.client.once('end', () => {
    watched.delete(connection);
    if (watched.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  });
  if (timer !== null) return;
  checkedAt = performance.now();
  timer = setInterval(check, CHECK_MS).unref();
}

function check(): void {
  const now = performance.now();
  // If this process was stopped or busy itself, answers that came meanwhile are yet to be read.
  const passed = Math.min(now - checkedAt, 2 * CHECK_MS);
  checkedAt = now;
  for (const [connection, silence] of watched) checkConnection(connection, silence, passed);
}

function checkConnection(connection: Watched, silence: Silence, passedMs: number): void {
  const client = connection.client as unknown as Inside;
  const { bytesRead } = client.connection.stream;
  if (!isOwedAnswer(client) || bytesRead !== silence.bytes) {
    Object.assign(silence, { bytes: bytesRead, silentMs: 0 });
    return;
  }
  silence.silentMs += passedMs;
  const { ms, probes } = connection.limit;
  if (silence.silentMs < ms || silence.isProbing) return;
  if (probes && !client._ending) void probe(connection, silence);
  else cut(client, ms);
}

async function probe(connection: Watched, silence: Silence): Promise<void> {
  silence.isProbing = true;
  const { ms } = connection.limit;
  const isAlive = await connection.isServerAlive();
  silence.isProbing = false;
  if (isAlive) silence.silentMs = 0;
  else if (silence.silentMs >= ms && watched.has(connection))
    cut(connection.client as unknown as Inside, silence.silentMs);
}

/** The end of a connection is an answer, too. */
const isOwedAnswer = (client: Inside): boolean =>
  Boolean(client._activeQuery) ||
  client._sentQueryQueue.length > 0 ||
  client._queryQueue.length > 0 ||
  client._ending;

/** Fails every statement of the connection, sent or not. The pool replaces it. */
function cut(client: Inside, ms: number): void {
  client.connection.stream.destroy(new DatabaseSilent(Math.round(ms)));
}
