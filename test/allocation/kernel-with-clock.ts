import { freshDatabase } from '../support/database.js';
import { openKernel, type Kernel } from '../support/kernel.js';

export interface KernelWithClock extends Kernel {
  readonly clock: {
    /**
     * Sets what the database says it is.
     * @param passesMinutes how much later it is each time that it is asked
     */
    set(now: Date, how?: { readonly passesMinutes: number }): Promise<void>;
  };
  /** Another instance on the same database, with the same clock. */
  another(): Promise<Kernel>;
}

/** Its statements find `clock_timestamp()` here before they find that of PostgreSQL. */
const CLOCK = `
  create schema test_clock create table instant (now timestamptz not null, minutes int not null);
  insert into test_clock.instant values (pg_catalog.now(), 0);
  create sequence test_clock.asked minvalue 0;
  create function test_clock.clock_timestamp() returns timestamptz volatile language sql
    as 'select case when minutes = 0 then now
                    else now + make_interval(mins => minutes * nextval(''test_clock.asked'')::int) end
          from test_clock.instant'`;

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
      async set(now, { passesMinutes } = { passesMinutes: 0 }) {
        await dataSource.query('update test_clock.instant set now = $1, minutes = $2', [now, passesMinutes]);
        if (passesMinutes > 0) await dataSource.query(`select setval('test_clock.asked', 0, false)`);
      },
    },
    another: open,
    async close() {
      await kernel.close();
      await database.drop();
    },
  };
}
