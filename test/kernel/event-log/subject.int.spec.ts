import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '../../../src/kernel/domain/events.js';
import { freshKernel, type Kernel } from '../../support/kernel.js';
import { happened } from '../../support/subscription.js';

let kernel: Kernel;
beforeAll(async () => {
  kernel = await freshKernel();
});
beforeEach(async () => {
  await kernel.dataSource.query('delete from event_log.event');
});
afterAll(() => kernel.close());

async function append(...events: readonly DomainEvent[]): Promise<void> {
  const caused = events.map((event) => ({ event, cause: { correlationId: 'test', causationId: null } }));
  await kernel.unitOfWork.inTransaction((tx) => kernel.log.append(tx, caused));
}

const readAbout = (subject: string, after = 0, limit = 10) =>
  kernel.log.readAbout(kernel.dataSource.manager, subject, after, limit);

describe('The events about a subject', () => {
  const about = (subject: string, key: string) => ({ ...happened(key), subject });

  it('are found in their order, whatever their keys, and no others are', async () => {
    await append(about('order-1', 'B'), happened('A'), about('order-2', 'A'));
    await append(about('order-1', 'A'), about('order-1', 'C'));

    expect((await readAbout('order-1')).map(({ key }) => key)).toEqual(['B', 'A', 'C']);
    expect(await readAbout('order-3')).toEqual([]);
  });

  it('are read in parts, each after a position', async () => {
    await append(about('order-1', 'A'), about('order-1', 'B'), about('order-1', 'C'));
    const [first, second] = await readAbout('order-1', 0, 2);

    expect([first, second].map((event) => event?.key)).toEqual(['A', 'B']);
    expect((await readAbout('order-1', second!.position, 2)).map(({ key }) => key)).toEqual(['C']);
  });

  it('are not those of versions that knew no subjects', async () => {
    await kernel.dataSource.query(
      `insert into event_log.event (id, type, version, key, correlation_id, data)
       values (gen_random_uuid(), 'Happened', 1, 'order-1', 'test', '{}')`,
    );

    expect(await readAbout('order-1')).toEqual([]);
  });

  it('are found by an index, also in a log that was never analysed', async () => {
    await kernel.dataSource.query(
      `insert into event_log.event (id, type, version, key, subject, correlation_id, data)
       select gen_random_uuid(), 'Happened', 1, 'LAMP', 'order-' || n % 1000, 'test', '{}' from generate_series(1, 20000) as n`,
    );
    const [row] = await kernel.dataSource.query<[{ 'QUERY PLAN': [{ Plan: object }] }]>(
      `explain (format json)
       select position, id, data from event_log.event where subject = $1 and position > $2 order by position limit $3`,
      ['order-9', 0, 10],
    );

    expect(JSON.stringify(row['QUERY PLAN'])).toContain('"Index Name":"event_1_subject_position_idx"');
  });
});
