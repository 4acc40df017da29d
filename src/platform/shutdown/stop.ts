import cluster from 'node:cluster';
import { constants } from 'node:os';
import { runsInNpmScript } from '../config/started-by-npm.js';
import { endAtOnce } from './at-once.js';

/** The process was asked to stop before its work was done. */
export class Stopped extends Error {
  /** As a shell reports it for a program that a signal has ended. */
  readonly exitCode: number;

  /** @param by the name of the signal, or what else asked for the stop */
  constructor(readonly by: string) {
    super(`Stopped by ${by}.`);
    this.name = 'Stopped';
    const signals: Readonly<Record<string, number>> = constants.signals;
    this.exitCode = 128 + (signals[by] ?? constants.signals.SIGTERM);
  }
}

export interface Stop {
  /** Aborted by the first request, with `Stopped` as its reason. */
  readonly signal: AbortSignal;
  /** Requests the stop. The second request ends the process at once. */
  ask(by: string): void;
}

/** How long a stop may take in addition to draining. */
const LIMIT_MS = 15_000;
/** Request a graceful stop; the last one comes when a terminal is closed. */
const GRACEFUL = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** Ctrl-\ and, on Windows, Ctrl-Break. */
const AT_ONCE = ['SIGQUIT', 'SIGBREAK'] as const;
/** npm forwards the signal that a terminal or a service manager has sent to this process as well, within this time. */
const ECHO_MS = 500;

/**
 * Listens to the signals that end a process. The first one requests a graceful stop. The second one, or a stop that takes
 * too long, ends the process at once together with its embedded PostgreSQL. So does an uncaught error.
 * @param drainMs how long a graceful stop waits before it closes the server
 */
export function listenForStop(drainMs = 0): Stop {
  const stop = new AbortController();
  let askedAt = 0;
  let askedBy = '';
  let isEchoDue = runsInNpmScript();

  const ask = (by: string): void => {
    if (!stop.signal.aborted) {
      [askedAt, askedBy] = [performance.now(), by];
      limit(drainMs + LIMIT_MS, by);
      stop.abort(new Stopped(by));
    } else if (cluster.isWorker) {
      // A terminal signals every process, and the primary forwards the signal as well. Only the primary ends workers at once.
    } else if (isEchoDue && by === askedBy && performance.now() - askedAt < ECHO_MS) {
      isEchoDue = false;
    } else {
      void endAtOnce(new Stopped(by).exitCode);
    }
  };
  for (const signal of GRACEFUL) process.on(signal, ask);
  for (const signal of AT_ONCE) {
    process.on(signal, () => {
      if (!cluster.isWorker) void endAtOnce(new Stopped(signal).exitCode);
    });
  }
  return { signal: stop.signal, ask };
}

function limit(ms: number, by: string): void {
  setTimeout(() => {
    process.stderr.write(`Still running ${String(ms / 1_000)} s after ${by}: ending at once\n`);
    void endAtOnce(1);
  }, ms).unref();
}

/** Restores the system's handling of signals: nothing is left that would have to end together with the process. */
export function leaveSignalsToSystem(): void {
  for (const signal of [...GRACEFUL, ...AT_ONCE]) process.removeAllListeners(signal);
}

/**
 * Waits for the work until the stop, which abandons it.
 * @throws {Stopped}
 */
export function orStopped<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const stopped = () => reject(signal.reason as Stopped);
    if (signal.aborted) stopped();
    signal.addEventListener('abort', stopped, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stopped));
  });
}
