import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Random } from '../../testing/random.js';
import { requestFor, Shopper, type Call } from './calls.js';
import type { Request } from './request.js';

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** A call as its client saw it. Times are milliseconds of the monotonic clock. */
export interface Recorded {
  readonly call: Call;
  /** Of all that it has caused: events bear it. */
  readonly traceId: string;
  readonly invokedAt: number;
  readonly returnedAt: number;
  /** null: the connection was lost or nothing came in time. */
  readonly reply: Reply | null;
}

export const CLIENTS = 16;
/** Milliseconds, so that some calls are given up while the service still works on them. */
const PATIENCE = 2_500;
const LONGEST_PAUSE = 50;

/** Nobody listened: the call was never made. */
const isNotSent = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';

/**
 * Lets the clients ask one call after the other, each of any instance, until the signal is given; resolves with all
 * that they have asked once the last one is answered or given up.
 * @param urls of the instances
 * @param longestRest milliseconds that a client waits at most after a call that was not done: in a long outage, calls of which
 *   nobody knows what became of them are soon too many to be put in an order
 */
export async function runClients(
  seed: number,
  urls: readonly string[],
  until: AbortSignal,
  longestRest = 0,
): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  const clients = Array.from({ length: CLIENTS }, async (_, i) => {
    const random = new Random(seed * 1_000 + i);
    const shopper = new Shopper(`c${i}`, random);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!until.aborted) {
      const outcome = await record(agent, random.pick(urls), shopper.next());
      if (outcome) recorded.push(outcome);
      const isUnknown = !outcome?.reply || outcome.reply.status === 503;
      await wait(random.next() * (isUnknown ? LONGEST_PAUSE + longestRest : LONGEST_PAUSE));
    }
    agent.destroy();
  });
  await Promise.all(clients);
  return recorded;
}

/** Makes the call; null where it could not be made. */
export async function record(agent: Agent, url: string, call: Call): Promise<Recorded | null> {
  const traceId = randomBytes(16).toString('hex');
  const invokedAt = performance.now();
  try {
    const reply = await send(agent, url, requestFor(call), traceId);
    return { call, traceId, invokedAt, returnedAt: performance.now(), reply };
  } catch (error) {
    return isNotSent(error) ? null : { call, traceId, invokedAt, returnedAt: performance.now(), reply: null };
  }
}

/** Rejects where there is no answer, or only a part of one. */
function send(agent: Agent, url: string, { method, path, body }: Request, traceId: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const content = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      traceparent: `00-${traceId}-${'1'.padStart(16, '0')}-01`,
      ...(content && { 'content-type': 'application/json', 'content-length': content.length }),
    };
    const signal = AbortSignal.timeout(PATIENCE);
    const asked = request(new URL(path, url), { agent, method, signal, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.once('error', reject);
      answer.once('end', () => {
        if (!answer.complete) reject(new Error('cut off'));
        else
          resolve({ status: answer.statusCode!, body: text === '' ? null : (JSON.parse(text) as unknown) });
      });
    });
    asked.once('error', reject);
    asked.end(content);
  });
}
