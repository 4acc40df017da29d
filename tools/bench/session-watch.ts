/**
 * Samples the sessions of a database until it is told to end. It runs in a thread of its own: the load comes in bursts, one after
 * each commit, and a timer in the thread of the load would sample just after them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';
import { lookAtSessions, type Look } from './look.js';

const LOOK_EVERY_MS = 20;

const database = new pg.Client({ connectionString: workerData as string });
await database.connect();
let isOver = false;
parentPort!.once('message', () => (isOver = true));
parentPort!.postMessage('ready');
const looks: Look[] = [];
do {
  looks.push(await lookAtSessions(database));
  await sleep(LOOK_EVERY_MS);
} while (!isOver);
await database.end();
parentPort!.postMessage(looks);
