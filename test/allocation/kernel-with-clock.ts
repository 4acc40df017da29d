import { freshDatabase } from '../support/database.js';
import { openKernel, type Kernel } from '../support/kernel.js';

export interface KernelWithClock extends Kernel {
  readonly clock: {
    /** Sets what the database says it is. */
    set(now: Date): Promise<void>;
  };
  /** Another instance on the same database, with the same clock. */
  another(): Promise<Kernel>;
}

/** Its statements find `clock_timestamp()` here before they find that of PostgreSQL. */
const CLOCK = `
  create schema test_clock create table instant (now timestamptz not null);
  insert into test_clock.instant values (pg_catalog.now());
  create function test_clock.clock_timestamp() returns timestamptz volatile language sql
    as 'select now from test_clock.instant'`;

/** On a database of its own, in which time stands still until the clock is set. */
export async function kernelWithClock(): Promise<KernelWithClock> {
  const database = await freshDatabase();
  const open = () => openKernel(database.url, { search_path: 'test_clock, pg_catalog' });
  const kernel = await open();
  const { dataSource } = kernel;
  await dataSource.query(CLOCK);
  return {
    ...kernel,
    clock: {
      async set(now) {
        await dataSource.query('update test_clock.instant set now = $1', [now]);
      },
    },
    another: open,
    async close() {
      await kernel.close();
      await database.drop();
    },
  };
}
