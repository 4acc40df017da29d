import { hasFullDisk, isDiskFull, noteFullDisk, noteSpace } from './database-fault.js';

/** Takes some 700 KB for a moment: a table has room for a few rows more when its disk is full. */
const TAKE_SPACE = `
  create temporary table space on commit drop as
    select number from pg_catalog.generate_series(1, 20000) as number`;

/**
 * Whether the disk of the database is full. Once a write has found that out, this tries whether there is space again:
 * nobody else may write for hours.
 * @param run runs a statement in a transaction of its own
 * @throws whatever else is wrong with the database
 */
export async function isDiskStillFull(run: (statement: string) => Promise<unknown>): Promise<boolean> {
  if (!hasFullDisk()) return false;
  try {
    await run(TAKE_SPACE);
    noteSpace();
    return false;
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    noteFullDisk();
    return true;
  }
}
