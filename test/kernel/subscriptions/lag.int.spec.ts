import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LAG } from '../../../src/kernel/subscriptions/lag.js';
import { registerCheckpoint } from '../../../src/kernel/subscriptions/readers/checkpoint.js';
import { freshKernel, type Kernel } from '../../support/kernel.js';
import { nodesOf, rowsRead, type Explained } from '../../support/query-plan.js';
import { append, happened } from '../../support/subscription.js';

const EVENTS = 2_000;

let kernel: Kernel;
beforeAll(async () => {
  kernel = await freshKernel();
  const { manager } = kernel.dataSource;
  await append(kernel, ...Array.from({ length: EVENTS }, () => happened('LAMP')));
  await manager.query(
    `update event_log.event set occurred_at = now() - interval '1 hour' where position <= 3`,
  );
  for (const name of ['all', 'most', 'none']) await registerCheckpoint(manager, name);
  await manager.query(`update event_log.subscription set position = 1990 where name = 'most'`);
  await manager.query(`update event_log.subscription set position = ${EVENTS + 5} where name = 'none'`);
  await manager.query('vacuum (analyze) event_log.event');
});
afterAll(() => kernel.close());

describe('The lag of a subscription', () => {
  it('is the number of unread events and the age of the oldest, and 0 beyond the end of the log', async () => {
    const rows = await kernel.dataSource.query<object[]>(`${LAG} order by name`);

    expect(rows).toMatchObject([
      { name: 'all', position: 0, events: EVENTS, parked: 0 },
      { name: 'most', position: 1990, events: 10, parked: 0 },
      { name: 'none', position: EVENTS + 5, events: 0, seconds: 0, parked: 0 },
    ]);
    const [all, most] = rows as { seconds: number }[];
    expect(all!.seconds).toBeGreaterThanOrEqual(3_600);
    expect(most!.seconds).toBeLessThan(3_600);
  });

  it('is found without counting the events, which would take longest when it matters most', async () => {
    const explained = await kernel.dataSource.query<Explained>(`explain (analyze, format json) ${LAG}`);

    expect(rowsRead(nodesOf(explained))).toBeLessThan(100);
  });
});
