import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BatchesInPostgres } from '../../../src/batches/persistence/batches-in-postgres.js';
import type { StoredEvent } from '../../../src/kernel/domain/events.js';
import type { Transaction } from '../../../src/kernel/domain/store.js';
import { ReactionReader } from '../../../src/kernel/subscriptions/readers/reaction-reader.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { openKernel, type Kernel } from '../../support/kernel.js';
import { append, happened, HEARS, Subscribed } from '../../support/subscription.js';
import { Wire, type Loss } from '../../support/wire.js';

/** At least so many, so that a loop over them has not ended early. */
const STATEMENTS_OF_A_STEP = 10;
const LOSSES: Loss[] = ['before', 'after', 'terminated'];

describe('A reaction whose process dies', () => {
  const batches = new BatchesInPostgres();
  let database: TestDatabase;
  let wire: Wire;
  /** The instance that dies. */
  let mortal: Kernel;
  /** The one that goes on. */
  let heir: Kernel;
  let positions: number[];

  beforeAll(async () => {
    database = await freshDatabase();
    wire = await Wire.to(database.url);
    mortal = await openKernel(wire.url);
    heir = await openKernel(database.url);
    await append(heir, happened('CHAIR'), happened('TABLE'), happened('CHAIR'));
    positions = (await heir.log.read(heir.dataSource.manager, 0, 10)).map(({ position }) => position);
  });

  afterAll(async () => {
    await mortal.close();
    await heir.close();
    await wire.close();
    await database.drop();
  });

  /** A subscription whose reaction writes a row, and makes the batch of the event's key one larger. */
  async function subscribe(name: string) {
    const subscribed = await Subscribed.begin(name, heir);
    const referenceOf = (key: string) => `${name} ${key}`;
    const grow = ({ unitOfWork }: Kernel, key: string) =>
      unitOfWork.change(batches, { reference: referenceOf(key) }, (batch) => {
        batch.change({ quantity: batch.state.quantity + 1 });
      });
    for (const sku of ['CHAIR', 'TABLE']) {
      await heir.unitOfWork.change(batches, { reference: referenceOf(sku) }, (batch) =>
        batch.register({ sku, quantity: 1, eta: null }),
      );
    }
    let isFailing = false;
    const readerOf = (kernel: Kernel) => {
      const react = async (event: StoredEvent, tx: Transaction) => {
        if (isFailing && event.position === positions[0]) throw new Error('not now');
        await Promise.all([subscribed.effect(event, tx), grow(kernel, event.key)]);
      };
      return new ReactionReader({ name, events: HEARS }, { react }, kernel.unitOfWork, kernel.log);
    };
    return {
      mortal: readerOf(mortal),
      fail: () => (isFailing = true),
      heal: () => (isFailing = false),
      setAside: () => subscribed.setAside(),
      inherit: () => subscribed.readToEnd(readerOf(heir)),
      async expectEachOnce() {
        expect((await subscribed.effects()).sort((a, b) => a - b)).toEqual(positions);
        const grown = await heir.dataSource.query<unknown[]>(
          'select reference, quantity from batches.batch where reference like $1 order by reference',
          [`${name} %`],
        );
        expect(grown).toEqual([
          { reference: referenceOf('CHAIR'), quantity: 3 },
          { reference: referenceOf('TABLE'), quantity: 2 },
        ]);
        expect(await subscribed.setAside()).toEqual([]);
      },
    };
  }

  describe.each(LOSSES)('its connection lost %s a statement', (loss) => {
    it('has its effect exactly once after any statement', async () => {
      for (let n = 1; ; n++) {
        const subscription = await subscribe(`step ${loss} ${n}`);
        let isUntouched = false;
        // Lost twice: no event is parked because of a lost connection.
        for (let attempt = 0; attempt < 2 && !isUntouched; attempt++) {
          wire.lose(loss, (_, count) => count === n);
          await subscription.mortal.step().catch(() => undefined);
          isUntouched = wire.disarm();
          expect(await subscription.setAside()).toEqual([]);
        }
        await subscription.inherit();
        await subscription.expectEachOnce();
        if (isUntouched && n > STATEMENTS_OF_A_STEP) return;
      }
    });

    it('parks a failing event exactly once after any statement', async () => {
      for (let n = 1; ; n++) {
        const subscription = await subscribe(`pass over ${loss} ${n}`);
        subscription.fail();
        await subscription.mortal.step(); // fails as a stretch; the next goes one by one
        wire.lose(loss, (_, count) => count === n);
        const step = subscription.mortal.step().catch((error: unknown) => error);
        await step;
        subscription.heal();
        await subscription.inherit();
        await subscription.expectEachOnce();
        if (wire.disarm()) return expect(await step).toBe(true);
      }
    });

    it('has its effect exactly once when an operator retries it after any statement', async () => {
      for (let n = 1; ; n++) {
        const subscription = await subscribe(`retry ${loss} ${n}`);
        subscription.fail();
        await subscription.mortal.step();
        await subscription.mortal.step();
        expect(await subscription.setAside()).toEqual([[positions[0], 'retrying']]);
        subscription.heal();
        await heir.dataSource.query('update event_log.set_aside set next_attempt_at = now()');
        wire.lose(loss, (_, count) => count === n);
        await subscription.mortal.retry().catch(() => undefined);
        await subscription.inherit();
        await subscription.expectEachOnce();
        if (wire.disarm()) return;
      }
    });
  });
});
