import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { SubscriptionAnswer } from '../../../src/kernel/subscriptions/operator-commands.js';
import { eventually } from '../../../testing/eventually.js';
import { sendInBulk } from '../../support/bulk.js';
import { PrometheusText } from '../../support/prometheus-text.js';
import { Shop } from '../../support/shop.js';

let shop: Shop;
const scrape = async () => PrometheusText.from(await shop.get<string>('/metrics'));

beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

describe('GET /metrics', () => {
  it('counts calls by method, route and status', async () => {
    await shop.buy('b-1', 'LAMP', 10);
    for (const order of ['o-1', 'o-2', 'o-3']) await shop.order(order, 'LAMP', 1);
    await shop.order('o-1', 'LAMP', 1);
    await shop.order('o-4', 'LAMP', 100);
    await shop.delete('/v1/orders/o-3/allocations/LAMP');

    const metrics = await scrape();
    const calls = (method: string, route: string, status: number) =>
      metrics.value('http_server_request_duration_seconds_count', {
        http_request_method: method,
        http_route: route,
        http_response_status_code: String(status),
      });
    expect(calls('POST', '/v1/batches', 201)).toBe(1);
    expect(calls('POST', '/v1/allocations', 201)).toBe(3);
    expect(calls('POST', '/v1/allocations', 200)).toBe(1);
    expect(calls('POST', '/v1/allocations', 409)).toBe(1);
    expect(calls('DELETE', '/v1/orders/:orderId/allocations/:sku', 204)).toBe(1);
    expect(
      metrics.value('http_server_request_duration_seconds_bucket', {
        http_request_method: 'POST',
        http_route: '/v1/allocations',
        http_response_status_code: '201',
        le: '+Inf',
      }),
    ).toBe(3);
  });

  it('gives no label to paths that do not exist', async () => {
    const paths = ['/v1/nothing', '/secret/a', '/secret/b'];
    for (const path of paths) expect((await shop.get(path)).status).toBe(404);
    const found = (await scrape()).series('http_server_request_duration_seconds_count');
    const unknown = found.filter(({ labels }) => labels.http_route === undefined);

    expect(unknown).toEqual([
      { labels: { http_request_method: 'GET', http_response_status_code: '404' }, value: paths.length },
    ]);
  });

  it('counts decisions once they are committed', async () => {
    // Refusals that share a transaction share an event.
    await Promise.all(['o-5', 'o-6', 'o-7', 'o-8', 'o-9'].map((order) => shop.order(order, 'LAMP', 100)));
    const metrics = await scrape();

    expect(metrics.value('earmark_allocations_total')).toBe(3);
    expect(metrics.value('earmark_refusals_total')).toBe(6);
    expect(metrics.value('earmark_events_total', { type: 'LineAllocated' })).toBe(3);
    expect(metrics.value('earmark_events_total', { type: 'LineDeallocated' })).toBe(1);
    expect(metrics.value('earmark_events_total', { type: 'BatchRegistered' })).toBe(1);
    expect(metrics.value('earmark_group_size_sum')).toBe(12);
    expect(metrics.value('earmark_lane_wait_seconds_count')).toBe(metrics.value('earmark_group_size_count'));
  });

  it('counts the rows of bulk calls, whose durations would say nothing', async () => {
    const rows = (metrics: PrometheusText) =>
      ['accepted', 'refused'].map((outcome) => metrics.value('earmark_bulk_rows_total', { outcome }));
    expect(rows(await scrape())).toEqual([0, 0]);
    const batch = { reference: 'b-1', sku: 'LAMP', quantity: 10 };
    const path = '/v1/bulk/batches';
    await sendInBulk(shop.service.url, path, [batch, batch, { ...batch, quantity: 9 }, 'no JSON']);

    const metrics = await scrape();
    expect(rows(metrics)).toEqual([2, 2]);
    const durations = metrics.series('http_server_request_duration_count');
    expect(durations.filter(({ labels }) => labels.http_route === path)).toEqual([]);
  });

  it('counts mails to buyers', async () => {
    await eventually('the alert is sent', async () => {
      const metrics = await scrape();
      return metrics.value('earmark_mails_total', { outcome: 'sent' }) === 1;
    });
    const metrics = await scrape();

    expect(metrics.value('earmark_mails_total', { outcome: 'refused' })).toBe(0);
    expect(metrics.value('earmark_mails_pending')).toBe(0);
  });

  it('shows held lines, and counts holds that expired and orders that were refused', async () => {
    const put = (orderId: string, order: object) =>
      shop.send('PUT', `/v1/orders/${orderId}`, JSON.stringify(order));
    const lines = [{ sku: 'SOFA', quantity: 2 }];
    await shop.buy('s-1', 'SOFA', 10);
    expect((await put('held', { lines, expiresInSeconds: 600 })).status).toBe(201);
    await put('ended', { lines, expiresInSeconds: 600 });
    expect((await scrape()).value('earmark_holds')).toBe(2);

    await shop.service
      .get(DataSource)
      .query(`update allocation.line set expires_at = clock_timestamp() where order_id = 'ended'`);
    await shop.order('after', 'SOFA', 8);
    expect((await put('refused', { lines })).status).toBe(409);

    const metrics = await scrape();
    expect(metrics.value('earmark_holds')).toBe(1);
    expect(metrics.value('earmark_holds_expired_total')).toBe(1);
    expect(metrics.value('earmark_orders_refused_total')).toBe(1);
  });

  it('shows the lines that wait and their units, and counts those that got theirs', async () => {
    const wait = (orderId: string, quantity: number) =>
      shop.send(
        'POST',
        '/v1/allocations',
        JSON.stringify({ orderId, sku: 'DESK', quantity, whenShort: 'backorder' }),
      );
    await shop.buy('d-1', 'DESK', 1);
    expect((await scrape()).value('earmark_backorders')).toBe(0);
    expect((await scrape()).value('earmark_backorders_served_total')).toBe(0);
    expect((await wait('d-1', 2)).status).toBe(202);
    await wait('d-2', 5);
    const waiting = await scrape();
    expect(waiting.value('earmark_backorders')).toBe(2);
    expect(waiting.value('earmark_backorders_units')).toBe(7);

    await shop.buy('d-2', 'DESK', 3);
    const served = await scrape();
    expect(served.value('earmark_backorders')).toBe(1);
    expect(served.value('earmark_backorders_units')).toBe(5);
    expect(served.value('earmark_backorders_served_total')).toBe(1);
  });

  it('counts shipments, not their lines, and units that came back by what became of them', async () => {
    const put = async (path: string, body: object) =>
      expect((await shop.send('PUT', path, JSON.stringify(body))).status).toBe(201);
    for (const sku of ['VASE', 'BOWL']) await shop.buy(`${sku}-1`, sku, 10);
    expect((await scrape()).value('earmark_shipments_total')).toBe(0);
    expect((await scrape()).value('earmark_units_returned_total', { disposition: 'scrap' })).toBe(0);

    const lines = [
      { sku: 'VASE', quantity: 4 },
      { sku: 'BOWL', quantity: 3 },
    ];
    await put('/v1/orders/goods', { lines });
    await put('/v1/shipments/s-1', {
      orderId: 'goods',
      lines: lines.map((line) => ({ ...line, quantity: 2 })),
    });
    await put('/v1/shipments/s-2', { orderId: 'goods' });
    const [restock, scrap] = [{ disposition: 'restock' }, { disposition: 'scrap' }];
    const returned = [
      { sku: 'VASE', quantity: 3, ...restock },
      { sku: 'BOWL', quantity: 1, ...restock },
      { sku: 'BOWL', quantity: 2, ...scrap },
    ];
    await put('/v1/returns/b-1', { orderId: 'goods', lines: returned });

    const metrics = await scrape();
    expect(metrics.value('earmark_shipments_total')).toBe(2);
    expect(metrics.value('earmark_units_returned_total', restock)).toBe(4);
    expect(metrics.value('earmark_units_returned_total', scrap)).toBe(2);
  });

  it('says how long ago the figures were checked, and if no check has ended, for how long one is awaited', async () => {
    const sql = (statement: string) => shop.service.get(DataSource).query(statement);
    const age = async () => (await scrape()).value('earmark_integrity_age_seconds');
    await eventually('a check has ended', async () => {
      return (await scrape()).value('earmark_integrity_differences') === 0;
    });
    await sql(`update ledger.integrity_check set awaited_since = now() - interval '9 days'`);
    expect(await age()).toBeLessThan(86_400);

    await sql('update ledger.integrity_check set started_at = now(), ended_at = null');
    expect(await age()).toBeGreaterThan(3 * 86_400);
  });

  it('shows how far each subscription has read', async () => {
    await eventually('all is read', async () => {
      const lags = (await scrape()).series('earmark_subscription_lag');
      return lags.length === 7 && lags.every(({ value }) => value === 0);
    });
    const parked = (await scrape()).series('earmark_subscription_parked');

    expect(parked.map(({ labels }) => labels.subscription).sort()).toEqual([
      'allocation.product-totals',
      'allocation.stock',
      'batches.figures',
      'batches.receipts',
      'ledger.movements',
      'notifications.alerts',
      'webhooks.outbox',
    ]);
    expect(parked.every(({ value }) => value === 0)).toBe(true);
  });

  it('shows the lag and the parked events of a subscription', async () => {
    await shop.service.get(DataSource).query(
      `with subscription as (insert into event_log.subscription (name) values ('test.away') returning name)
       insert into event_log.set_aside (subscription, position, key, state, attempts, error)
       select name, 1, 'LAMP', 'parked', 8, 'no' from subscription`,
    );
    const subscriptions = await shop.get<{ items: SubscriptionAnswer[] }>('/v1/subscriptions');
    const { lag } = subscriptions.body.items.find(({ name }) => name === 'test.away')!;
    const metrics = await scrape();
    const away = { subscription: 'test.away' };

    expect(lag.events).toBeGreaterThan(5);
    expect(metrics.value('earmark_subscription_lag', away)).toBe(lag.events);
    expect(metrics.value('earmark_subscription_lag_duration_seconds', away)).toBeGreaterThanOrEqual(
      lag.seconds,
    );
    expect(metrics.value('earmark_subscription_parked', away)).toBe(1);
  });

  it('shows the connections to the database and the resources of the process', async () => {
    const metrics = await scrape();

    expect(metrics.value('db_client_connection_max')).toBe(20);
    const [idle, used] = ['idle', 'used'].map((state) =>
      metrics.value('db_client_connection_count', { db_client_connection_state: state }),
    );
    expect(idle! + used!).toBeGreaterThan(0);
    expect(metrics.value('process_memory_usage_bytes')).toBeGreaterThan(10_000_000);
    expect(metrics.value('nodejs_eventloop_delay_p99_seconds')).toBeGreaterThanOrEqual(0);
    expect(metrics.series('target_info')[0]?.labels).toMatchObject({ service_name: 'earmark' });
  });
});
