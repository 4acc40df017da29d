import { isStartedByNpm } from '../config/started-by-npm.js';
import type { Stop } from './stop.js';

/** Milliseconds between two looks. */
const LOOK_MS = 500;

/**
 * Asks for the stop when the npm that has started this process is gone. It passes on SIGINT and SIGTERM alone: killed
 * otherwise, and on Windows, where there are no signals, it would leave a service behind that nobody sees.
 */
export function stopWithNpm(stop: Stop): void {
  if (!isStartedByNpm()) return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent && isAlive(parent)) return;
    clearInterval(look);
    stop.ask('the end of npm');
  }, LOOK_MS);
  look.unref();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
