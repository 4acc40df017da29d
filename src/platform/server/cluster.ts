import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { alsoEndsAtOnce } from '../shutdown/at-once.js';
import { relayClusterMetrics } from '../telemetry/cluster-metrics.js';

/** Milliseconds between the end of a worker and the start of the next one. */
const PAUSE_MS = 1_000;

/** A worker ended before it served anything, so another one would as well. It has logged why. */
export class WorkerFailed extends Error {
  constructor() {
    super('A worker could not start: the lines before this one say why.');
    this.name = 'WorkerFailed';
  }
}

/**
 * Serves in several processes on one port, all on the same database. A worker that dies is replaced.
 * @param settings of the workers, in addition to those of this process
 * @param ports how many each worker listens on
 * @returns when every worker has been stopped and has answered its last call
 * @throws {WorkerFailed}
 */
export async function runCluster(
  count: number,
  settings: Readonly<Record<string, string>>,
  stop: AbortSignal,
  ports = 1,
): Promise<void> {
  const logger = new Logger('workers');
  relayClusterMetrics();
  const failed = new AbortController();
  const end = AbortSignal.any([stop, failed.signal]);
  const forget = alsoEndsAtOnce(() => stopAll('SIGKILL'));

  /** Starts one worker after the other until the stop. */
  const keepOne = async (): Promise<void> => {
    while (!end.aborted) {
      const worker = cluster.fork(settings);
      const isReady = await hasServed(worker, ports, end);
      if (end.aborted) return;
      if (!isReady) return failed.abort(new WorkerFailed());
      logger.warn(`Worker ${worker.process.pid} died; restarting`);
      await wait(PAUSE_MS, undefined, { signal: end }).catch(() => undefined);
    }
  };

  await Promise.all(Array.from({ length: count }, keepOne));
  await stopAll('SIGTERM');
  forget();
  failed.signal.throwIfAborted();
}

/** Resolves when the worker has ended or has to stop, with whether it has listened on all of its ports. */
async function hasServed(worker: Worker, ports: number, end: AbortSignal): Promise<boolean> {
  let listensOn = 0;
  worker.on('listening', () => listensOn++);
  await once(worker, 'exit', { signal: end }).catch(() => undefined);
  return listensOn >= ports;
}

const workers = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);

const stopAll = (signal: NodeJS.Signals) =>
  Promise.all(workers().map((worker) => stopWorker(worker, signal)));

async function stopWorker(worker: Worker, signal: NodeJS.Signals): Promise<void> {
  if (worker.isDead()) return;
  const ended = once(worker, 'exit');
  worker.process.kill(signal);
  await ended;
}
