import cluster from 'node:cluster';
import { constants } from 'node:os';
import { runsInNpmScript } from '../config/started-by-npm.js';
import { endAtOnce } from './at-once.js';

/** The process was asked to stop before it had done its work. */
export class Stopped extends Error {
  /** As a shell has it of a program that a signal has ended. */
  readonly exitCode: number;

  /** @param by the name of a signal, or what else asked */
  constructor(readonly by: string) {
    super(`Stopped by ${by}.`);
    this.name = 'Stopped';
    const signals: Readonly<Record<string, number>> = constants.signals;
    this.exitCode = 128 + (signals[by] ?? constants.signals.SIGTERM);
  }
}

/** The wish that this process ends. */
export interface Stop {
  /** Aborted by the first wish, with `Stopped` as its reason. */
  readonly signal: AbortSignal;
  /** Asks for the stop. A second time ends the process at once. */
  ask(by: string): void;
}

/** Milliseconds, which a stop may take beside the time that is set for draining. */
const LIMIT_MS = 15_000;
/** Ask for a graceful stop, the last one when a terminal is closed. */
const GRACEFUL = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** Ctrl-\ and, on Windows, Ctrl-Break. */
const AT_ONCE = ['SIGQUIT', 'SIGBREAK'] as const;
/** Milliseconds. npm passes on the signal that a terminal, or a service manager, has sent to us as well. */
const ECHO_MS = 500;

/**
 * Listens to the signals that end a process: the first one asks for a graceful stop, the second one, or the end of a
 * time limit, ends the process at once, and its embedded PostgreSQL with it. So does an error that nobody has caught.
 * @param drainMs how long a graceful stop takes on purpose
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
      // A terminal sends its signal to every process, and then the first one passes it on to us. It alone ends us at once.
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

/** Lets a signal end the process as the system has it: there is nothing left to be ended with it. */
export function leaveSignalsToSystem(): void {
  for (const signal of [...GRACEFUL, ...AT_ONCE]) process.removeAllListeners(signal);
}

/**
 * Waits for the work, but no longer than until the stop, which abandons it.
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
