import { isStartedByNpm } from '../config/started-by-npm.js';
import { isAlive } from './is-alive.js';
import type { Stop } from './stop.js';

const LOOK_MS = 500;

/**
 * Requests the stop when the npm that started this process is gone. npm forwards SIGINT and SIGTERM only: otherwise, if
 * it is killed, and on Windows, which has no signals, it would leave a service behind that nobody sees.
 */
export function stopWithNpm(stop: Stop): void {
  if (!isStartedByNpm()) return;
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent && isAlive(parent)) return;
    clearInterval(check);
    stop.ask('the end of npm');
  }, LOOK_MS);
  check.unref();
}
