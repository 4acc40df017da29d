import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 20;

/** Resolves with the first answer that is not false or null. An attempt that throws is one that failed. */
export async function eventually<T>(
  what: string,
  limitMs: number,
  attempt: () => Promise<T | false | null>,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  let failure: unknown;
  for (;;) {
    const answer = await attempt().catch((error: unknown) => {
      failure = error;
      return null;
    });
    if (answer !== false && answer !== null) return answer;
    if (performance.now() > deadline)
      throw new Error(`Not within ${limitMs} ms: ${what}`, { cause: failure });
    await wait(POLL_MS);
  }
}

/** The state of a process and its parent, or null where there is none or only its remains. */
function statusOf(pid: number): { parent: number } | null {
  try {
    // The name, in brackets, may hold anything.
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return state === 'Z' ? null : { parent: Number(parent) };
  } catch {
    return null;
  }
}

export const isAlive = (pid: number) => statusOf(pid) !== null;

export function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc').map(Number).filter(Boolean);
  return all.filter((each) => statusOf(each)?.parent === pid);
}

/** Sends it where the process is still there. */
export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const leftovers = new Set<() => void>();
process.once('exit', () => leftovers.forEach((clear) => clear()));

/**
 * However this process ends, short of kill -9, that is cleared away.
 * @returns to be called once there is nothing to clear any more
 */
export function clearAtExit(clear: () => void): () => void {
  leftovers.add(clear);
  return () => leftovers.delete(clear);
}

let lastPort = 10_000 + (process.pid % 2_000) * 10;

/**
 * A port that stays free while its server is away: below those that the system gives to connections, and tried from
 * another beginning by each process.
 */
export async function aPort(): Promise<number> {
  for (;;) {
    const port = (lastPort = lastPort >= 31_000 ? 10_000 : lastPort + 1);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
