/**
 * Looks at the sessions of a database again and again until it is told to end, in a thread of its own: a load comes in bursts that
 * follow commits, and a timer beside it would look just after them.
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
