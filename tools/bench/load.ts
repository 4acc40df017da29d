import { Connection, type Call, type From } from './connection.js';
import { statistics, type Sample } from './sample.js';

export interface Load extends From {
  /** The services; connections are dealt out to them in turn, as a load balancer would. */
  readonly urls: readonly string[];
  /** Each has one request under way at any time. */
  readonly connections: number;
  /** No request begins after that; those under way are waited for. */
  readonly seconds: number;
  /** The nth request of the load, and the connection that makes it. */
  readonly call: (n: number, connection: number) => Call;
  /** Whether who is told to come back waits for as long as he is told: a second. */
  readonly isPatient?: boolean;
  /**
   * Whether the service has to answer on every connection before the time begins. Node takes one new connection in a turn of its event
   * loop, and hands it over to another process if there are several: if it is busy, hundreds take seconds, and its groups are small
   * until then.
   */
  readonly startsConnected?: boolean;
  /** Ends the load before its time. */
  readonly until?: AbortSignal;
}

export interface Outcome extends Sample {
  /** Which requests were answered with each status. */
  readonly answers: ReadonlyMap<number, readonly number[]>;
  /** The body of the first answer with each status. */
  readonly bodies: ReadonlyMap<number, string>;
}

const RETRY_AFTER_MS = 1_000;
/** Answered by every service, if only with 404. */
const IS_ALIVE: Call = { method: 'GET', path: '/health/live' };

/**
 * Sends requests over kept connections as fast as they are answered. Plain sockets, since generator, service and
 * database share a small machine: a request costs 21 µs of processor here, 38 µs with autocannon.
 *
 * Rejects where a connection is lost: none may be.
 */
export async function load({
  urls,
  connections,
  seconds,
  call,
  isPatient,
  startsConnected,
  until,
  localAddress,
  key,
}: Load): Promise<Outcome> {
  const answers = new Map<number, number[]>();
  const bodies = new Map<number, string>();
  const latencies: number[] = [];
  const opened = await Promise.all(
    Array.from({ length: connections }, (_, i) =>
      Connection.open(new URL(urls[i % urls.length]!), { localAddress, key }),
    ),
  );
  if (startsConnected) await Promise.all(opened.map((connection) => connection.ask(IS_ALIVE)));
  let sent = 0;
  let inTime = 0;
  let longestPause = 0;
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  let lastAnswerAt = startedAt;

  await Promise.all(
    opened.map(
      (connection, i) =>
        new Promise<void>((resolve, reject) => {
          let n = 0;
          let begunAt = 0;
          const next = () => {
            begunAt = performance.now();
            if (begunAt >= endsAt || until?.aborted) return resolve();
            n = sent++;
            connection.send(call(n, i));
          };
          connection.onLost = reject;
          connection.onAnswer = (status, text, bodyAt) => {
            const now = performance.now();
            latencies.push(now - begunAt);
            longestPause = Math.max(longestPause, now - lastAnswerAt);
            lastAnswerAt = now;
            if (now <= endsAt) inTime++;
            const numbers = answers.get(status);
            if (numbers) numbers.push(n);
            else {
              answers.set(status, [n]);
              bodies.set(status, text.slice(bodyAt));
            }
            if (status === 503 && isPatient) setTimeout(next, RETRY_AFTER_MS);
            else next();
          };
          next();
        }),
    ),
  ).finally(() => opened.forEach((connection) => connection.close()));

  const measured = (Math.min(performance.now(), endsAt) - startedAt) / 1_000;
  return { perSecond: inTime / measured, ...statistics(latencies), longestPause, answers, bodies };
}

/** Throws where any request was answered with another status than these. */
export function expectOnly(statuses: readonly number[], { answers, bodies }: Outcome): void {
  for (const [status, numbers] of answers) {
    if (statuses.includes(status)) continue;
    throw new Error(`${numbers.length} calls were answered with ${status}, such as: ${bodies.get(status)}`);
  }
}
