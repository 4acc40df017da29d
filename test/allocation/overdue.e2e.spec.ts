import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NoteOverdueBatches } from '../../src/allocation/commands/note-overdue-batches.js';
import { CommandBus } from '@nestjs/cqrs';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { allocationsTold } from '../support/allocation-log.js';
import type { RunningService } from '../support/service.js';
import { Shop } from '../support/shop.js';

let shop: Shop;
let other: RunningService;
beforeAll(async () => {
  shop = await Shop.open();
  other = await shop.anotherInstance();
});
afterAll(async () => {
  await other.close();
  await shop.close();
});

const LATE = { eta: '2020-01-01', overdue: true, expectedDate: null };
const DUE = { eta: '2097-01-31', overdue: false, expectedDate: '2097-01-31' };
const HERE = { eta: null, overdue: false, expectedDate: null };

/** On both instances. */
const itIs = (day: string) => {
  for (const service of [shop.service, other]) service.get(Calendar).now = () => new Date(`${day}T12:00:00Z`);
};

describe('A batch whose date has passed', () => {
  it('is shown as overdue and without an expected date in every answer', async () => {
    expect((await shop.buy('L-late', 'LAMP', 5, LATE.eta)).body).toMatchObject(LATE);
    expect((await shop.buy('L-due', 'LAMP', 5, DUE.eta)).body).toMatchObject(DUE);
    expect((await shop.buy('L-here', 'LAMP', 1)).body).toMatchObject(HERE);
    expect((await shop.buy('L-late', 'LAMP', 5, LATE.eta)).body).toMatchObject(LATE);
    expect((await shop.batch('L-late')).body).toMatchObject(LATE);
    expect((await shop.batches({ sku: 'LAMP' })).body.items).toMatchObject([DUE, HERE, LATE]);
    expect((await shop.change('L-late', { quantity: 4 })).body).toMatchObject(LATE);

    expect((await shop.order('o-1', 'LAMP', 4)).body).toMatchObject({ batchReference: 'L-late', ...LATE });
    expect((await shop.order('o-1', 'LAMP', 4)).body).toMatchObject(LATE);
    expect((await shop.allocationsOf('o-1')).body.items).toMatchObject([LATE]);
    expect((await shop.get('/v1/orders/o-1/allocations/LAMP')).body).toMatchObject({
      orderId: 'o-1',
      ...LATE,
    });
    expect((await shop.product('LAMP')).body.batches).toMatchObject([HERE, LATE, DUE]);

    await shop.giveBack('o-1', 'LAMP');
    const { inbound, promise } = (await shop.availability('LAMP', 2)).body;
    expect(inbound).toEqual([
      { available: 4, ...LATE },
      { available: 5, ...DUE },
    ]);
    expect(promise).toEqual({ batchReference: 'L-late', ...LATE });
    expect((await shop.availability('LAMP', 1)).body.promise).toEqual({ batchReference: 'L-here', ...HERE });
  });

  it('has another ETag than on the day before', async () => {
    await shop.buy('M-1', 'MAT', 5, '2026-07-01');
    await shop.order('m-1', 'MAT', 1);
    const paths = [
      '/v1/batches/M-1',
      '/v1/products/MAT',
      '/v1/orders/m-1/allocations',
      '/v1/orders/m-1/allocations/MAT',
    ];
    itIs('2026-07-01');
    const tags = await Promise.all(paths.map(async (path) => (await shop.get(path)).headers.get('etag')!));
    const statuses = () =>
      Promise.all(paths.map(async (path, i) => (await shop.get(path, { 'if-none-match': tags[i]! })).status));
    expect(await statuses()).toEqual([304, 304, 304, 304]);

    itIs('2026-07-02');
    expect(await statuses()).toEqual([200, 200, 200, 200]);

    const tag = (await shop.batch('M-1')).headers.get('etag')!;
    expect((await shop.change('M-1', { eta: '2026-08-01' }, tag)).status).toBe(200);
    itIs('2026-06-01');
  });

  const noteOn = (day: string) =>
    Promise.all(
      [shop.service, other, other].map((service) =>
        service.get(CommandBus).execute(new NoteOverdueBatches(day)),
      ),
    );
  const told = async () =>
    (await allocationsTold(shop.service, 'RUG'))
      .filter(({ type }) => type === 'BatchOverdue')
      .map(({ data }) => data);

  it('is published once for each date by any number of instances', async () => {
    await shop.buy('R-1', 'RUG', 10, '2026-07-01');
    await shop.buy('R-2', 'RUG', 10, '2026-07-01');
    await shop.order('r-1', 'RUG', 3);
    await shop.order('r-2', 'RUG', 4);
    await shop.order('r-3', 'RUG', 1);
    await shop.giveBack('r-3', 'RUG');

    await noteOn('2026-07-01');
    expect(await told()).toEqual([]);
    await noteOn('2026-07-02');
    await noteOn('2026-07-03');
    const first = { sku: 'RUG', batchReference: 'R-1', eta: '2026-07-01', lines: 2, units: 7 };
    expect(await told()).toEqual([{ ...first, productVersion: 7 }]);
    expect((await shop.product('RUG')).body).toMatchObject({ version: 7 });

    await shop.change('R-1', { eta: '2026-08-01' });
    await noteOn('2026-08-01');
    expect(await told()).toHaveLength(1);
    await noteOn('2026-08-02');
    expect(await told()).toMatchObject([first, { ...first, eta: '2026-08-01' }]);

    await shop.change('R-1', { eta: null });
    await noteOn('2027-01-01');
    expect(await told()).toHaveLength(2);
  });

  it('is published if a line claims it later', async () => {
    await shop.buy('T-1', 'TENT', 10, '2026-07-01');
    await noteOn('2026-07-02');
    expect((await allocationsTold(shop.service, 'TENT')).map(({ type }) => type)).toEqual([]);
    await shop.order('t-1', 'TENT', 2);
    await noteOn('2026-07-02');
    const events = await allocationsTold(shop.service, 'TENT');
    expect(events.map(({ type }) => type)).toEqual(['LineAllocated', 'BatchOverdue']);
    expect(events[1]!.data).toMatchObject({ lines: 1, units: 2 });
  });
});
