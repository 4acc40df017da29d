import { expectOnly, load } from '../load.js';
import { rates } from '../rounds.js';
import type { Scenario } from '../scenario.js';
import { orders, type Shop } from '../shop.js';
import { HOT, onOne, SOLD_OUT } from '../stock.js';

/** The sale is over, and everybody keeps trying. */
export const refusals: Scenario = {
  name: 'refusals',
  async run(bench) {
    const how = { connections: bench.connections, seconds: bench.seconds };
    const shop = await bench.openShop([{ reference: 'PO-LAST', sku: SOLD_OUT, quantity: 1 }]);
    const ceiling = await bench.openCeiling();
    await shop.allocate(onOne(SOLD_OUT), { connections: 1, seconds: 0.05 }, [201, 409]);
    await shop.settled();
    const before = await traces(shop);
    let refused = 0;
    const walBytes: number[] = [];
    const measured = await bench.alternate({
      product: async () => {
        const { wal } = await traces(shop);
        const outcome = await shop.allocate(onOne(SOLD_OUT), how, [409]);
        await shop.settled();
        const count = outcome.answers.get(409)!.length;
        refused += count;
        walBytes.push(((await traces(shop)).wal - wal) / count);
        return outcome;
      },
      ceiling: async () => {
        const outcome = await load({ urls: [ceiling.url], call: orders('o-', onOne(SOLD_OUT)), ...how });
        expectOnly([409], outcome);
        return outcome;
      },
      allowed: () => load({ urls: [ceiling.url], call: orders('o-', onOne(HOT)), ...how }),
    });
    await shop.check();
    const after = await traces(shop);
    if (after.told - before.told !== refused)
      throw new Error(`${refused} were refused, the events tell of ${after.told - before.told}.`);
    const per = (what: 'events' | 'mails' | 'logged') => [((after[what] - before[what]) / refused) * 1_000];
    const what = 'out of stock, one SKU';
    const figures = rates(measured.product);
    return [
      {
        what,
        figures,
        unit: '/s',
        yardstick: { name: 'ceiling that refuses', figures: rates(measured.ceiling) },
        goal: { atLeast: 0.8 },
      },
      {
        what,
        figures,
        unit: '/s',
        yardstick: { name: 'ceiling that allows', figures: rates(measured.allowed) },
      },
      { what: `${what}: events for 1,000 refusals`, figures: per('events'), unit: '' },
      { what: `${what}: mails for 1,000 refusals`, figures: per('mails'), unit: '' },
      { what: `${what}: log for 1,000 refusals`, figures: per('logged'), unit: 'bytes' },
      { what: `${what}: written by the database for each`, figures: walBytes, unit: 'bytes of WAL' },
    ];
  },
};

/** What the refusals have left behind so far. */
async function traces({ database, products }: Shop) {
  const { rows } = await database.query<{ events: number; told: number; mails: number; wal: number }>(
    `select count(*)::int as events, coalesce(sum((data ->> 'refusals')::int), 0)::int as told,
            (select count(*) from notifications.notification)::int as mails,
            pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as wal
       from event_log.event where type = 'OutOfStock'`,
  );
  return { ...rows[0]!, logged: products.reduce((sum, { bytesLogged }) => sum + bytesLogged, 0) };
}
