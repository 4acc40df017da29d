import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../access/callers/caller.js';
import { callerName } from '../../access/callers/caller-name.js';
import type { Limits } from '../../config/limit-settings.js';
import { Busy } from '../../../kernel/domain/errors.js';
import { withTimeLimit } from '../../../kernel/lifecycle/time-limit.js';
import { refusals } from '../../../kernel/metrics/refused.js';
import { PerCaller } from '../limits/per-caller.js';
import { allowLongArrival } from '../protocol/malformed-requests.js';

/** How long the end of all bulk calls may take: less than a closing server waits. */
const END_LIMIT_MS = 6_000;

declare module 'fastify' {
  interface FastifyInstance {
    bulkCalls: BulkCalls;
  }
}

/** The place of a bulk call among those under way. */
export interface BulkPlace {
  /** The name under which limits count the caller. */
  readonly caller: string;
  /** Aborted when the service stops: the call says how far it has come, and ends. */
  readonly stopping: AbortSignal;
  /** In which the caller must have read a part of the answer. */
  readonly answerMs: number;
  leave(): void;
}

/** The bulk calls of a process: how many there are, and how they end when it stops. */
export class BulkCalls {
  readonly #perCaller: PerCaller;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();

  /** @param closeWhenRevoked closes the connection as soon as its caller would be rejected */
  constructor(
    private readonly limits: Pick<Limits, 'bulkCalls' | 'answerSeconds'>,
    private readonly closeWhenRevoked: (caller: Caller, connection: Socket) => void,
  ) {
    this.#perCaller = new PerCaller(Math.max(1, Math.floor(limits.bulkCalls / 2)));
  }

  /**
   * Admits a bulk call, whose request may take any time to arrive from now on.
   * @throws {Busy} if there are too many, in total or of this caller, or the service is stopping
   */
  enter(request: FastifyRequest): BulkPlace {
    const caller = callerName(request);
    if (this.#stopping.signal.aborted)
      throw new Busy('This instance is stopping; send the rows to another one.');
    if (this.#running.size >= this.limits.bulkCalls || !this.#perCaller.hasRoom(caller)) {
      refusals.note('bulk-calls', caller);
      throw new Busy('Too many bulk calls are under way; retry shortly.');
    }
    allowLongArrival(request.raw);
    this.closeWhenRevoked(request.caller, request.raw.socket);
    this.#perCaller.add(caller);
    let end: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (end = resolve));
    this.#running.add(running);
    const leave = () => {
      if (this.#running.delete(running)) this.#perCaller.remove(caller);
      end();
    };
    const { signal } = this.#stopping;
    return { caller, stopping: signal, answerMs: this.limits.answerSeconds * 1_000, leave };
  }

  /** Lets no bulk call begin any more, and resolves once those under way have said how far they have come. */
  async end(): Promise<void> {
    this.#stopping.abort();
    await withTimeLimit(Promise.all(this.#running), END_LIMIT_MS).catch(() => undefined);
  }
}
