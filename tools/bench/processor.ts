import { readdir, readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second, for programs on any processor. */
const MS_PER_TICK = 10;

/** A line of `/proc/<pid>/stat` behind the name of the program, which may hold anything. */
interface Used {
  readonly parent: number;
  /** Its own time and that of children that have ended. */
  readonly ticks: number;
}

/**
 * Milliseconds of processor that these processes and all that they have started have taken so far.
 * @returns null if the system has no `/proc` that says so
 */
export async function processorMs(pids: readonly number[]): Promise<number | null> {
  const used = await readAll();
  if (used.size === 0) return null;
  const childrenOf = (pid: number) => [...used].filter(([, { parent }]) => parent === pid).map(([id]) => id);
  const ticksOf = (pid: number): number =>
    childrenOf(pid).reduce((sum, child) => sum + ticksOf(child), used.get(pid)?.ticks ?? 0);
  return pids.reduce((sum, pid) => sum + ticksOf(pid), 0) * MS_PER_TICK;
}

async function readAll(): Promise<ReadonlyMap<number, Used>> {
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter(Boolean);
  const all = await Promise.all(pids.map(async (pid) => [pid, await readOne(pid)] as const));
  return new Map(all.filter((each): each is [number, Used] => each[1] !== null));
}

/** null: it has ended. */
async function readOne(pid: number): Promise<Used | null> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (line === null) return null;
  const [, parent, ...rest] = line.slice(line.lastIndexOf(')') + 2).split(' ');
  // Of proc_pid_stat(5): utime, stime, cutime and cstime, the 14th to 17th field.
  const ticks = rest.slice(9, 13).reduce((sum, each) => sum + Number(each), 0);
  return { parent: Number(parent), ticks };
}
