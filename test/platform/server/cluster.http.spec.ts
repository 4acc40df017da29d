import cluster from 'node:cluster';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { runCluster, WorkerFailed } from '../../../src/platform/server/cluster.js';
import { freePort } from '../../../testing/ports.js';
import { eventually } from '../../../testing/eventually.js';

/** Longer than the pause before a worker is replaced, and shorter than two of them. */
const A_PAUSE_AND_MORE_MS = 1_500;

let port: number;
let stop: () => void;
let stopping: AbortController;
let served: Promise<void>;
let warnings: string[];
beforeEach(async () => {
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('../../support/worker-process.mjs', import.meta.url)),
    execArgv: [],
  });
  port = await freePort();
  stopping = new AbortController();
  stop = () => stopping.abort();
  warnings = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((line) => void warnings.push(String(line)));
});
afterEach(async () => {
  stop();
  await served.catch(() => undefined);
  cluster.removeAllListeners('message');
  jest.restoreAllMocks();
});

const pids = () => Object.values(cluster.workers ?? {}).map((worker) => worker!.process.pid!);
const serve = (count: number, settings: Readonly<Record<string, string>> = {}) => {
  served = runCluster(count, { PORT: String(port), NAME: 'earmark', ...settings }, stopping.signal);
  served.catch(() => undefined);
};

/** Resolves once so many have begun to listen, from now on. */
async function listening(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await once(cluster, 'listening');
}

async function ask(): Promise<object> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  await once(socket, 'close');
  return JSON.parse(answer) as object;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('A cluster of workers', () => {
  it('serves on one port, with the settings that each worker is given', async () => {
    serve(3);
    await listening(3);

    expect(pids()).toHaveLength(3);
    expect(await ask()).toEqual({ name: 'earmark', pid: expect.any(Number) });
  });

  it('has ended when the service has stopped, however long its workers take', async () => {
    serve(2, { LINGERS: '300' });
    await listening(2);
    stop();
    await served;

    expect(pids()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('restarts a worker that dies after a pause, and logs it', async () => {
    serve(2);
    await listening(2);
    const [dying, staying] = pids();
    process.kill(dying!, 'SIGKILL');
    const died = Date.now();
    await listening(1);

    expect(Date.now() - died).toBeGreaterThanOrEqual(1_000);
    expect(pids()).toHaveLength(2);
    expect(pids()).toContain(staying);
    expect(pids()).not.toContain(dying);
    expect(warnings).toEqual([`Worker ${dying} died; restarting`]);
  });

  it('restarts no worker once it is stopping, not even one that is due', async () => {
    serve(2);
    await listening(2);
    process.kill(pids()[0]!, 'SIGKILL');
    await eventually('it is missed', () => warnings.length === 1);
    stop();
    await served;
    await pause(A_PAUSE_AND_MORE_MS);

    expect(pids()).toEqual([]);
  });

  it('can be stopped before its workers serve', async () => {
    serve(2, { SLOW: 'yes' });
    await eventually('they are there', () => pids().length === 2);
    stop();
    await served;

    expect(pids()).toEqual([]);
  });

  it('ends without restarts if one worker cannot start', async () => {
    const FAILS = join(await mkdtemp(join(tmpdir(), 'earmark-worker-')), 'made');
    serve(2, { FAILS });

    await expect(served).rejects.toThrow(WorkerFailed);
    await expect(served).rejects.toThrow('A worker could not start: the lines before this one say why.');
    expect(pids()).toEqual([]);
    await pause(A_PAUSE_AND_MORE_MS);
    expect(pids()).toEqual([]);
    expect(warnings).toEqual([]);
  });
});
