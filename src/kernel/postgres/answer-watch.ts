import type pg from 'pg';

/** Milliseconds between two looks at the connections. */
const LOOK_MS = 250;

/** For how long a server may say nothing while a statement runs. */
export interface AnswerLimit {
  readonly ms: number;
  /**
   * Whether the server is asked over another connection then, and the statement goes on as long as the server answers:
   * for statements that may take as long as they need. Otherwise the connection is cut.
   */
  readonly isAsked: boolean;
}

/** Where nobody waits, and a statement may take hours: migrations, exports, rebuilding. */
export const AS_LONG_AS_IT_ANSWERS: AnswerLimit = { ms: 10_000, isAsked: true };

/** The server, or the way to it, has been silent for too long. The code makes it a connection that was lost. */
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

/** A connection that is watched. */
export interface Watched {
  readonly client: pg.Client;
  readonly limit: AnswerLimit;
  /** Whether the server answers over another connection. */
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

/** How far a connection has come, and for how long nothing has come since. */
interface Hearing {
  bytes: number;
  silentMs: number;
  isAsking: boolean;
}

const watched = new Map<Watched, Hearing>();
let timer: NodeJS.Timeout | null = null;
let lookedAt = 0;

/**
 * Cuts the connection when the server owes it an answer and nothing has come for too long, until the connection ends.
 * The driver's `query_timeout` only fails the statement, and only one that has been sent already loses its connection;
 * `keepAlive` does not notice a process that is stopped; `statement_timeout` is up to the server that does not answer.
 */
export function watchAnswers(connection: Watched): void {
  watched.set(connection, { bytes: 0, silentMs: 0, isAsking: false });
  connection.client.once('end', () => {
    watched.delete(connection);
    if (watched.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  });
  if (timer !== null) return;
  lookedAt = performance.now();
  timer = setInterval(look, LOOK_MS).unref();
}

function look(): void {
  const now = performance.now();
  // A process that was stopped or busy itself has not listened meanwhile: what came then is still to be read.
  const passed = Math.min(now - lookedAt, 2 * LOOK_MS);
  lookedAt = now;
  for (const [connection, hearing] of watched) lookAt(connection, hearing, passed);
}

function lookAt(connection: Watched, hearing: Hearing, passedMs: number): void {
  const client = connection.client as unknown as Inside;
  const { bytesRead } = client.connection.stream;
  if (!isOwedAnswer(client) || bytesRead !== hearing.bytes) {
    Object.assign(hearing, { bytes: bytesRead, silentMs: 0 });
    return;
  }
  hearing.silentMs += passedMs;
  const { ms, isAsked } = connection.limit;
  if (hearing.silentMs < ms || hearing.isAsking) return;
  if (isAsked && !client._ending) void ask(connection, hearing);
  else cut(client, ms);
}

async function ask(connection: Watched, hearing: Hearing): Promise<void> {
  hearing.isAsking = true;
  const { ms } = connection.limit;
  const isAlive = await connection.isServerAlive();
  hearing.isAsking = false;
  if (isAlive) hearing.silentMs = 0;
  else if (hearing.silentMs >= ms && watched.has(connection))
    cut(connection.client as unknown as Inside, hearing.silentMs);
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
