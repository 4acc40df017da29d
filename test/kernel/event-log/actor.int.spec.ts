import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { processActor } from '../../../src/kernel/cause/actor.js';
import type { StoredEvent } from '../../../src/kernel/domain/events.js';
import { EventLog } from '../../../src/kernel/event-log/event-log.js';
import { Upcasters } from '../../../src/kernel/event-log/upcasters.js';
import { freshKernel, type Kernel } from '../../support/kernel.js';
import { happened, HEARS } from '../../support/subscription.js';

let kernel: Kernel;
beforeAll(async () => {
  kernel = await freshKernel();
});
beforeEach(async () => {
  await kernel.dataSource.query('delete from event_log.event');
});
afterAll(() => kernel.close());

/** Appends an event for each actor, in one transaction. */
async function append(log: EventLog, ...actors: readonly (string | null | undefined)[]): Promise<void> {
  const events = actors.map((actor, n) => ({
    event: happened(`SKU-${n}`),
    cause: { correlationId: 'test', causationId: null, actor },
  }));
  await kernel.unitOfWork.inTransaction((tx) => log.append(tx, events));
}

const actorsOf = (events: readonly StoredEvent[]) => events.map(({ actor }) => actor);
const read = () => kernel.log.read(kernel.dataSource.manager, 0, 10);

describe('The actor of an event', () => {
  it('is stored for each event of a transaction, and every reader gets it', async () => {
    await append(kernel.log, 'web-shop', 'orders "new" \\ of May.csv', 'web-shop');

    const { manager } = kernel.dataSource;
    const actors = ['web-shop', 'orders "new" \\ of May.csv', 'web-shop'];
    const shown = await read();
    expect(actorsOf(shown)).toEqual(actors);
    expect(actorsOf((await kernel.log.readOf(manager, HEARS, 0, 10)).events)).toEqual(actors);
    expect(actorsOf([(await kernel.log.at(manager, shown[1]!.position))!])).toEqual([actors[1]]);
  });

  it('is any caller on this machine if the server names nobody', async () => {
    await append(kernel.log, undefined, 'web-shop');

    expect(actorsOf(await read())).toEqual(['loopback', 'web-shop']);
  });

  it('is the operator if the command line names nobody', async () => {
    await append(new EventLog(new Upcasters(), 'cli'), undefined, 'stock.csv');

    expect(actorsOf(await read())).toEqual([processActor().name, 'stock.csv']);
  });

  it('is the one that the process acts as, until that ends', async () => {
    const log = new EventLog(new Upcasters(), 'cli');
    const importing = log.actAs('stock.csv', async () => {
      await append(log, undefined, 'web-shop', null);
      throw new Error('no such column');
    });
    await expect(importing).rejects.toThrow('no such column');
    await append(log, undefined);

    expect(actorsOf(await read())).toEqual(['stock.csv', 'web-shop', null, processActor().name]);
  });

  it('is null if the event was stored by a version without actors, or led to by such an event', async () => {
    await kernel.dataSource.query(
      `insert into event_log.event (id, type, version, key, correlation_id, causation_id, traceparent, data)
       values (gen_random_uuid(), 'Happened', 1, 'LAMP', 'test', null, null, '{}')`,
    );
    await append(kernel.log, null);

    expect(actorsOf(await read())).toEqual([null, null]);
  });
});
