import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { alsoEndsAtOnce } from '../shutdown/at-once.js';
import { relayClusterMetrics } from '../telemetry/cluster-metrics.js';

/** Between the end of a worker and the start of the one in its place. */
const PAUSE_MS = 1_000;

/** A worker ended before it served anything, so that another one would, too. It has said why itself. */
export class WorkerFailed extends Error {
  constructor() {
    super('A worker could not start.');
    this.name = 'WorkerFailed';
  }
}

/**
 * Serves by several processes on one port, all on the same database; one that dies is replaced.
 * @param settings of each of them, beside those of this process
 * @param ports on which each of them listens
 * @returns when they were stopped and every worker has answered its last call
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
  const forget = alsoEndsAtOnce(killAll);
  let failure: WorkerFailed | null = null;

  /** One worker after the other, until the end. */
  const keepOne = async (): Promise<void> => {
    while (!end.aborted) {
      const worker = cluster.fork(settings);
      const isReady = await hasServed(worker, ports, end);
      if (end.aborted) return;
      if (!isReady) {
        failure = new WorkerFailed();
        failed.abort();
        return;
      }
      logger.warn(`Process ${worker.process.pid} has died, another one takes its place`);
      await wait(PAUSE_MS, undefined, { signal: end }).catch(() => undefined);
    }
  };

  await Promise.all(Array.from({ length: count }, keepOne));
  await Promise.all(workers().map((worker) => stopWorker(worker)));
  forget();
  if (failure) throw failure as WorkerFailed;
}

/** Resolves when the worker has ended, or is to be ended: whether it has ever listened on all of its ports. */
async function hasServed(worker: Worker, ports: number, end: AbortSignal): Promise<boolean> {
  let listensOn = 0;
  worker.on('listening', () => listensOn++);
  await once(worker, 'exit', { signal: end }).catch(() => undefined);
  return listensOn >= ports;
}

const workers = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);

async function killAll(): Promise<void> {
  await Promise.all(workers().map((worker) => stopWorker(worker, 'SIGKILL')));
}

async function stopWorker(worker: Worker, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (worker.isDead()) return;
  const ended = once(worker, 'exit');
  worker.process.kill(signal);
  await ended;
}
