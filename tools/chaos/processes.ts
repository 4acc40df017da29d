import { readdirSync, readFileSync } from 'node:fs';

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
