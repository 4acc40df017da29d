import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SendDueAlerts } from '../../src/notifications/commands/send-due-alerts.js';
import { Shortages } from '../../src/notifications/domain/shortages.js';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import { ListLostPromises } from '../../src/notifications/queries/list-lost-promises.js';
import { ListNotifications } from '../../src/notifications/queries/list-notifications.js';
import type { Application } from '../support/application.js';
import {
  batchOverdue,
  batchQuantityChanged,
  batchRegistered,
  batchRescheduled,
  lineDeallocated,
  outOfStock,
} from '../support/contract-events.js';
import { startFeature } from '../support/feature.js';
import type { RunningService } from '../support/service.js';
import { scenario, type Expectation } from '../support/scenario.js';
import { NotificationsWorld } from './notifications-world.js';

const hoursPass = (hours: number) => new SendDueAlerts(new Date(Date.now() + hours * 3_600_000));

/** The alerts about a SKU until now: kinds and counts, in order. */
const heard = (sku: string, ...expected: string[]): Expectation => ({
  async check({ ask }) {
    const told = await ask(new ListNotifications(sku, 0, 100));
    expect(
      told.map(({ kind, text }) => `${kind}: ${/^\d+ (?=(?:more )?order)/m.exec(text)?.[0].trim() ?? 0}`),
    ).toEqual(expected);
  },
});

describe('The buyers of a SKU', () => {
  let notifications: Application;
  beforeAll(async () => {
    notifications = await startFeature(NotificationsModule);
  });
  afterAll(() => notifications.close());

  let skus = 0;
  let sku: string;
  beforeEach(() => {
    sku = `TABLE-${++skus}`;
  });

  it('get an alert of the first refusal, and of no further one in the quiet period', async () => {
    await scenario(notifications)
      .given(outOfStock(sku, 10, 3))
      .when(outOfStock(sku, 10, 3), outOfStock(sku, 20, 3), hoursPass(23))
      .then(heard(sku, 'out-of-stock: 1'));
    expect(
      await notifications.sql(
        'select refusals, units, available from notifications.shortage where sku = $1',
        [sku],
      ),
    ).toEqual([{ refusals: 2, units: 30, available: 3 }]);
  });

  it('get an alert of another SKU in the quiet period', async () => {
    const other = `${sku} of oak`;
    await scenario(notifications)
      .given(outOfStock(sku, 10, 3))
      .when(outOfStock(other, 10, 3))
      .then(heard(sku, 'out-of-stock: 1'), heard(other, 'out-of-stock: 1'));
  });

  it('get one alert of what was refused when the quiet period is over', async () => {
    await scenario(notifications)
      .given(outOfStock(sku, 10, 3), outOfStock(sku, 10, 3), outOfStock(sku, 20, 3))
      .when(hoursPass(24.1), hoursPass(24.2))
      .then(heard(sku, 'out-of-stock: 1', 'still-out-of-stock: 2'));
    const [, counted] = await notifications.ask(new ListNotifications(sku, 0, 100));
    expect(counted?.text).toContain('30 units were asked for in all');
  });

  it.each([
    ['a batch was bought', () => batchRegistered('PO-1', sku, 5, '2030-01-01')],
    ['a batch has grown', () => batchQuantityChanged('PO-1', sku, { from: 3, to: 4 })],
    ['a shipment has arrived', () => batchRescheduled('PO-2', sku, { from: '2030-01-01', to: null })],
  ])(
    'get an alert of what was refused when stock comes, and the quiet period goes on: %s',
    async (_, stockComes) => {
      await scenario(notifications)
        .given(outOfStock(sku, 10, 3), outOfStock(sku, 10, 3))
        .when(stockComes(), outOfStock(sku, 20, 3), stockComes(), outOfStock(sku, 20, 3), hoursPass(23))
        .then(heard(sku, 'out-of-stock: 1', 'restocked: 1'));
      await scenario(notifications)
        .when(hoursPass(24.1))
        .then(heard(sku, 'out-of-stock: 1', 'restocked: 1', 'still-out-of-stock: 2'));
    },
  );

  it.each([
    ['a batch has shrunk', () => batchQuantityChanged('PO-1', sku, { from: 3, to: 2 })],
    ['a shipment is late', () => batchRescheduled('PO-2', sku, { from: '2030-01-01', to: '2031-01-01' })],
    ['another SKU was bought', () => batchRegistered('PO-3', 'CHAIR', 1)],
  ])('get no alert of stock that has not come: %s', async (_, happens) => {
    await scenario(notifications)
      .given(outOfStock(sku, 10, 3), outOfStock(sku, 20, 3))
      .when(happens())
      .then(heard(sku, 'out-of-stock: 1'));
  });

  it('get at most three alerts in a quiet period in which stock comes and goes twenty times', async () => {
    const toggles = Array.from({ length: 20 }, (_, i) => [
      outOfStock(sku, 10, 3),
      batchRegistered(`${sku}-${i}`, sku, 5),
    ]);
    await scenario(notifications)
      .when(...toggles.flat(), hoursPass(24.1))
      .then(heard(sku, 'out-of-stock: 1', 'restocked: 1', 'restocked: 18'));
  });

  it('get an alert of every lost promise in the quiet period of the SKU', async () => {
    const lost = Array.from({ length: 50 }, (_, i) => lineDeallocated(`o-${i}`, sku, 2, 'PO-1'));
    await scenario(notifications)
      .given(outOfStock(sku, 10, 3))
      .when(hoursPass(1))
      .then(heard(sku, 'out-of-stock: 1'));
    await notifications.hears(...lost);
    await notifications.settled();
    const [, alert, ...more] = await notifications.ask(new ListNotifications(sku, 0, 100));
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ kind: 'lost-promises', batchReference: 'PO-1' });
    expect(alert?.text).toContain('50 orders lost 100 units');
    expect(alert?.text).toContain('o-0, o-1, ');
    expect(alert?.text).toContain('o-19 and 30 more');
    const promises = await notifications.ask(new ListLostPromises(sku, 0, 100));
    expect(promises.map(({ orderId }) => orderId)).toEqual(lost.map(({ data }) => data.orderId));
    expect(promises.every(({ reportedAt }) => reportedAt !== null)).toBe(true);
  });

  it('get an alert of promises lost in the quiet period of earlier ones when it is over', async () => {
    const lose = (order: string, version: number) => lineDeallocated(order, sku, 2, 'PO-1', version);
    await scenario(notifications)
      .given(lose('o-1', 1))
      .when(lose('o-2', 2), lose('o-3', 3), hoursPass(0.9))
      .then(heard(sku, 'lost-promises: 1'));
    const waiting = await notifications.ask(new ListLostPromises(sku, 0, 100));
    expect(waiting.map(({ reportedAt }) => reportedAt !== null)).toEqual([true, false, false]);
    await scenario(notifications)
      .when(hoursPass(1.1), hoursPass(1.2))
      .then(heard(sku, 'lost-promises: 1', 'lost-promises: 2'));
    const reported = await notifications.ask(new ListLostPromises(sku, 0, 100));
    expect(reported.every(({ reportedAt }) => reportedAt !== null)).toBe(true);
  });

  it('get an alert of lost promises for each batch, and none of cancelled lines', async () => {
    await scenario(notifications)
      .given(lineDeallocated('o-1', sku, 2, 'PO-1'))
      .when(lineDeallocated('o-2', sku, 2, 'PO-2'), lineDeallocated('o-3', sku, 2, 'PO-3', 1, 'cancelled'))
      .then(heard(sku, 'lost-promises: 1', 'lost-promises: 1'));
    expect(await notifications.ask(new ListLostPromises(sku, 0, 100))).toHaveLength(2);
  });

  it('get one alert for each date of a batch that passes while lines wait', async () => {
    await scenario(notifications)
      .given(batchOverdue('PO-1', sku, '2026-01-01'))
      .when(
        batchOverdue('PO-1', sku, '2026-01-01'),
        batchOverdue('PO-1', sku, '2026-01-08'),
        batchOverdue('PO-2', sku, '2026-01-01'),
      )
      .then(heard(sku, 'overdue: 3', 'overdue: 3', 'overdue: 3'));
    const alerts = await notifications.ask(new ListNotifications(sku, 0, 100));
    expect(alerts.map(({ subject }) => subject.replace(` of ${sku}`, ''))).toEqual([
      'Overdue: batch PO-1, due 2026-01-01',
      'Overdue: batch PO-1, due 2026-01-08',
      'Overdue: batch PO-2, due 2026-01-01',
    ]);
  });

  it('get one alert of a thousand refusals, in few statements', async () => {
    const save = jest.spyOn(notifications.get(Shortages), 'save');
    const storm = Array.from({ length: 1_000 }, (_, i) => outOfStock(`STORMY-${i % 250}`, 10, 3));
    await notifications.hears(...storm);
    await notifications.settled();
    expect(save).toHaveBeenCalledTimes(1);
    expect(
      await notifications.sql(
        `select count(*) as shortages, sum(refusals)::int8 as refusals,
                (select count(*) from notifications.notification where sku like 'STORMY-%') as mails
           from notifications.shortage where sku like 'STORMY-%'`,
      ),
    ).toEqual([{ shortages: 250, refusals: 750, mails: 250 }]);
  });
});

describe('The alert settings', () => {
  let notifications: Application;
  beforeAll(async () => {
    notifications = await startFeature(NotificationsModule, { alertQuietHours: 1, alertWhenBack: true });
  });
  afterAll(() => notifications.close());

  it('set the length of the quiet period', () =>
    scenario(notifications)
      .given(outOfStock('TABLE', 10, 3), outOfStock('TABLE', 10, 3))
      .when(hoursPass(1.1))
      .then(heard('TABLE', 'out-of-stock: 1', 'still-out-of-stock: 1')));

  it('turn on an alert that stock has come though nothing more was refused', () =>
    scenario(notifications)
      .given(outOfStock('CHAIR', 10, 3))
      .when(batchRegistered('PO-1', 'CHAIR', 50), batchRegistered('PO-2', 'CHAIR', 50))
      .then(heard('CHAIR', 'out-of-stock: 1', 'restocked: 0')));
});

let warehouse: NotificationsWorld;
const openWarehouse = async () => {
  warehouse = await NotificationsWorld.open();
};

describe('The alerts of two instances', () => {
  let instances: [RunningService, RunningService];
  beforeAll(async () => {
    await openWarehouse();
    instances = [await warehouse.start(), await warehouse.start()];
  });
  afterAll(() => warehouse.close());

  const kindsOf = (sku: string, items: readonly { readonly sku: string; readonly kind: string }[]) =>
    items.filter((item) => item.sku === sku).map(({ kind }) => kind);

  it('are sent once', async () => {
    const [one, other] = instances;
    await warehouse.buy('CHAIR', 3);
    await warehouse.askInVain('CHAIR', 10);
    await warehouse.askInVain('CHAIR', 10);
    await Promise.all([one, other, one, other].map((service) => warehouse.timePasses(24.1, service)));
    expect(kindsOf('CHAIR', await warehouse.notifications())).toEqual(['out-of-stock', 'still-out-of-stock']);
  });

  it('are sent by another one though no further event comes', async () => {
    await warehouse.buy('TABLE', 3);
    await warehouse.askInVain('TABLE', 10);
    await warehouse.askInVain('TABLE', 10);
    await warehouse.everythingIsHeard();
    await warehouse.sql("update notifications.shortage set told_at = told_at - interval '25 hours'");
    // An instance looks at once, and then every few seconds.
    await warehouse.start();
    await warehouse.toldOnce('what was counted', (items) => kindsOf('TABLE', items).length === 2);
    expect(kindsOf('TABLE', await warehouse.notifications())).toEqual(['out-of-stock', 'still-out-of-stock']);
  });
});

describe('The alerts of a service without a mail server', () => {
  beforeAll(openWarehouse);
  afterAll(() => warehouse.close());

  it('go to each recipient as a file that only its owner can read, as those of an earlier release are from the start on', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'earmark-open-'));
    const [folder, file] = [join(dataDir, 'mail'), join(dataDir, 'mail', 'old.eml')];
    await mkdir(folder);
    await writeFile(file, 'To: a@example.com');
    await Promise.all([chmod(dataDir, 0o755), chmod(folder, 0o755), chmod(file, 0o644)]);
    await warehouse.start({ dataDir, alertTo: ['a@example.com', 'b@example.com'] });
    const modesOf = async (...paths: readonly string[]) => {
      const stats = await Promise.all(paths.map((path) => stat(path)));
      return stats.map(({ mode }) => mode & 0o777);
    };
    expect(await modesOf(dataDir, folder, file)).toEqual([0o700, 0o700, 0o600]);
    await rm(file);

    await warehouse.buy('TABLE', 3);
    await warehouse.askInVain('TABLE', 10);
    const mails = await warehouse.toldOnce('two mails sent', (items) =>
      [items.length === 2, ...items.map(({ state }) => state === 'sent')].every(Boolean),
    );
    expect(mails.map(({ to }) => to)).toEqual(['a@example.com', 'b@example.com']);
    const files = (await readdir(folder)).sort();
    expect(files).toEqual(mails.map(({ id }) => `${id}.eml`).sort());
    const paths = files.map((name) => join(folder, name));
    expect(await modesOf(dataDir, folder, ...paths)).toEqual([0o700, 0o700, 0o600, 0o600]);
    await rm(dataDir, { recursive: true });
  });
});

describe('The list of notifications', () => {
  let service: RunningService;
  beforeAll(async () => {
    await openWarehouse();
    service = await warehouse.start({ alertMailSeconds: 0 });
  });
  afterAll(() => warehouse.close());

  it('has pages, the newest last, and can be restricted to a SKU', async () => {
    for (const sku of ['TABLE', 'CHAIR', 'LAMP']) {
      await warehouse.buy(sku, 3);
      await warehouse.askInVain(sku, 10);
    }
    await warehouse.everythingIsHeard();
    const first = await warehouse.page({ limit: 2 });
    expect(first.items.map(({ sku }) => sku)).toEqual(['TABLE', 'CHAIR']);
    const second = await warehouse.page({ limit: 2, after: first.next! });
    expect(second.items.map(({ sku }) => sku)).toEqual(['LAMP']);
    expect(second.next).toBeNull();
    expect((await warehouse.page({ sku: 'CHAIR' })).items.map(({ sku }) => sku)).toEqual(['CHAIR']);
    expect((await warehouse.page({ sku: 'NOBODY-HAS-THIS' })).items).toEqual([]);
  });

  it('says what was sent to whom, when, about which SKU, and that the server took it', async () => {
    // An alert that waited would share the mail.
    await warehouse.toldOnce('every mail sent', (items) => items.every(({ state }) => state === 'sent'));
    await warehouse.buy('DESK', 3);
    await warehouse.askInVain('DESK', 10);
    await warehouse.toldOnce('the mail sent', (items) =>
      items.some(({ sku, state }) => sku === 'DESK' && state === 'sent'),
    );
    const [mail] = (await warehouse.page({ sku: 'DESK' })).items;
    expect(mail).toEqual({
      position: expect.any(Number),
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      kind: 'out-of-stock',
      sku: 'DESK',
      batchReference: null,
      mailId: mail!.id,
      to: 'stock@localhost',
      subject: 'Out of stock: DESK',
      text:
        '1 order line was refused because DESK was out of stock: 10 units were asked for in all.\n' +
        'The largest batch has 3 available.',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      state: 'sent',
      attempts: 1,
      sentAt: expect.stringMatching(/^\d{4}-.*Z$/),
      error: null,
    });
  });

  it('rejects an invalid cursor', async () => {
    const { status, body } = await service.request<{ errors: { field: string }[] }>(
      'GET',
      '/v1/notifications?after=x',
    );
    expect(status).toBe(400);
    expect(body.errors.map(({ field }) => field)).toEqual(['after']);
  });
});
