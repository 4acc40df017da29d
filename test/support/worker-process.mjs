/**
 * A worker that serves nothing but what it was told: its settings as JSON, to whoever connects. With `FAILS` the
 * one that makes this directory ends before it listens, with `SLOW` it takes for ever; at SIGTERM it takes as many ms to end as
 * `LINGERS` says.
 */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { setInterval, setTimeout } from 'node:timers';

const { PORT, FAILS, SLOW, LINGERS = '0', NAME } = process.env;
if (FAILS && mkdirSync(FAILS, { recursive: true }) !== undefined) process.exit(1);

const server = createServer((socket) => {
  socket.end(JSON.stringify({ name: NAME, pid: process.pid }));
});
process.once('SIGTERM', () => setTimeout(() => server.close(() => process.exit()), Number(LINGERS)));
if (SLOW) setInterval(() => undefined, 1_000);
else server.listen(Number(PORT), '127.0.0.1');
