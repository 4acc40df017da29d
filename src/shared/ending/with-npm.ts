import type { Stop } from './stop.js';

/** Milliseconds between two looks. */
const LOOK_MS = 500;
/** The scripts of package.json by which npm itself is our parent: on Windows, whatever `exec` is there. */
const SCRIPTS = new Set(['start', 'cli']);

/**
 * Asks for the stop when the npm that has started this process is gone. It passes on SIGINT and SIGTERM alone: killed
 * otherwise, and on Windows, where there are no signals, it would leave a service behind that nobody sees.
 */
export function stopWithNpm(stop: Stop, environment: NodeJS.ProcessEnv = process.env): void {
  if (!isStartedByNpm(environment)) return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent && isAlive(parent)) return;
    clearInterval(look);
    stop.ask('the end of npm');
  }, LOOK_MS);
  look.unref();
}

function isStartedByNpm({
  npm_package_name: project,
  npm_lifecycle_event: event = '',
  npm_lifecycle_script: script = '',
}: NodeJS.ProcessEnv): boolean {
  // npx puts a shell in between, which ends in our place.
  return (project === 'earmark' && SCRIPTS.has(event)) || (event === 'npx' && /\bearmark\b/.test(script));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
