import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Locator, Page } from 'playwright-core';
import { Earmark } from '@earmark/client';
import { eventually } from '../../testing/eventually.js';
import { describeWith } from '../support/brokers.js';
import { Receiver, verify } from '../support/webhook-receiver.js';
import { ConsoleWorld } from './console-world.js';
import { settled } from './browser.js';

const TOTALS = 'allocation.product-totals';

describeWith('chromium', 'Who looks after the service by the console', () => {
  let world: ConsoleWorld;
  let receiver: Receiver;
  /** The database, where tests break and mend what no call could. */
  let database: pg.Client;
  beforeAll(async () => {
    receiver = await Receiver.start();
    world = await ConsoleWorld.open({
      SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      WEBHOOK_ALLOW: '127.0.0.1',
    });
    database = new pg.Client({ connectionString: world.database.url });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await world.close();
    await receiver.stop();
  });

  const register = (reference: string, sku: string, quantity: number) =>
    world.earmark.batches.register({ body: { reference, sku, quantity } });
  const allocate = (orderId: string, sku: string, quantity: number) =>
    world.earmark.orders.put({ path: { orderId }, body: { lines: [{ sku, quantity }] } });
  const eventsOf = async (sku: string) => (await world.earmark.events.list({ query: { sku } })).data.items;
  const totalOf = async (sku: string) =>
    (await world.earmark.products.list()).data.items.find((each) => each.sku === sku)?.quantity;
  const parkedOf = async (sku: string) => {
    const { data } = await world.earmark.subscriptions.parked({ path: { name: TOTALS } });
    return data.items.find(({ key }) => key === sku);
  };

  const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });
  const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });
  const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
  const gone = (found: Locator) => found.waitFor({ state: 'detached' });
  const expectAccessible = (page: Page) => world.browser.expectAccessible(page);
  /** Goes there as somebody without a mouse does. */
  const tabTo = async (page: Page, wanted: Locator) => {
    for (let presses = 0; presses < 60; presses++) {
      if ((await wanted.and(page.locator(':focus')).count()) > 0) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not lead to ${wanted.toString()}`);
  };

  /** Lets the read model refuse a SKU until it is mended, and a batch of it use up all attempts. */
  const park = async (sku: string) => {
    const constraint = `refuse_${sku.toLowerCase()}`;
    const change = (what: string) => database.query(`alter table allocation.product_total ${what}`);
    await change(`add constraint ${constraint} check (sku <> '${sku}')`);
    await register(`${sku}-1`, sku, 10);
    const { position } = await eventually('it is parked', async () => {
      // As if the pauses between the attempts were over.
      await database.query(
        `update event_log.set_aside set next_attempt_at = now() where key = $1 and state = 'retrying'`,
        [sku],
      );
      const event = await parkedOf(sku);
      return event?.state === 'parked' && event;
    });
    return { position: String(position), mend: () => change(`drop constraint ${constraint}`) };
  };

  it('sees why an event has failed, and retries it once the cause is mended', async () => {
    const { position, mend } = await park('RETRIED');
    const page = await world.browser.visit('/operations');
    await page.getByRole('link', { name: TOTALS }).click();
    const event = row(page, 'RETRIED');
    await event.getByText('waits for you').waitFor();
    await event.getByText('violates check constraint "refuse_retried"').waitFor();

    await event.getByRole('link', { name: position, exact: true }).click();
    const body = dialog(page, `Event ${position}`).getByLabel('The event as JSON');
    expect(JSON.parse((await body.textContent())!)).toMatchObject({
      type: 'BatchRegistered',
      data: { batchReference: 'RETRIED-1', quantity: 10 },
    });
    await page.goBack();

    await mend();
    await event.getByRole('button', { name: `Retry the event at ${position}`, exact: true }).click();
    await says(page, `The event at ${position} is tried again`);
    await gone(event);
    expect(await parkedOf('RETRIED')).toBeUndefined();
    expect(await totalOf('RETRIED')).toBe(10);
    await page.context().close();
  });

  it('discards an event with a reason, by keyboard alone', async () => {
    const { position, mend } = await park('DISCARDED');
    await mend();
    await register('DISCARDED-2', 'DISCARDED', 5);
    await eventually('the next one waits', async () => (await parkedOf('DISCARDED'))?.behind === 1);

    const page = await world.browser.visit(`/operations/subscriptions/${TOTALS}`);
    const discard = row(page, 'DISCARDED').getByRole('button', {
      name: `Discard the event at ${position}`,
      exact: true,
    });
    await discard.waitFor();
    await tabTo(page, page.getByRole('link', { name: 'Skip to the page' }));
    await page.keyboard.press('Enter');
    await tabTo(page, discard);
    await page.keyboard.press('Enter');
    const asked = dialog(page, `Discard the event at ${position}`);
    await asked.getByText('the 1 event behind it goes on').waitFor();
    await expectAccessible(page);
    // Not without a reason.
    await page.keyboard.press('Enter');
    await page.keyboard.type('counted by hand');
    await page.keyboard.press('Enter');
    await gone(asked);
    await gone(row(page, 'DISCARDED'));

    await eventually('the event behind it is handled', async () => (await totalOf('DISCARDED')) === 5);
    const { items } = (await world.earmark.audit.list({ query: { order: 'newest-first', limit: 1 } })).data;
    expect(items).toMatchObject([{ type: 'event-discarded', details: { reason: 'counted by hand' } }]);
    await page.context().close();
  });

  it('applies a dead letter, and discards another one', async () => {
    await register('LETTER-1', 'LETTER', 10);
    for (const [id, body] of [
      ['early', '{"batchref": "LETTER-1", "qty": 8}'],
      ['wrong', '{"batchref": "LETTER-1", "qty": "many"}'],
    ] as const)
      await database.query(
        `insert into broker.dead_letter (broker, channel, message_id, reason, size, body)
         values ('redis', 'change_batch_quantity', $1, 'It was early.', $2, $3)`,
        [id, body.length, Buffer.from(body)],
      );
    const page = await world.browser.visit('/operations');

    await page.getByRole('button', { name: 'early' }).click();
    await page.getByLabel('The body of the message').getByText('"qty": 8').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Apply it now' }).click();
    await says(page, 'The message is applied');
    expect((await world.earmark.batches.find({ path: { reference: 'LETTER-1' } })).data.quantity).toBe(8);

    await page.getByRole('button', { name: 'wrong' }).click();
    await page.getByRole('button', { name: 'Apply it now' }).click();
    await dialog(page, /Dead letter/)
      .getByRole('alert')
      .getByText('qty')
      .waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByLabel('Reason').fill('sent by mistake');
    await page.getByRole('button', { name: 'Discard it' }).click();
    await page.getByText('No dead letter').waitFor();
    await page.getByLabel('Also those that are settled').check();
    await row(page, 'wrong').getByText('Discarded: sent by mistake').waitFor();
    await row(page, 'early').getByText('applied').waitFor();
    expect((await world.earmark.deadLetters.list({ query: { all: true } })).data.items).toMatchObject([
      { messageId: 'early', state: 'applied' },
      { messageId: 'wrong', state: 'discarded', discardReason: 'sent by mistake' },
    ]);
    await page.context().close();
  });

  it('adds a webhook, tests it, disables it and not after all, and deletes it', async () => {
    const page = await world.browser.visit('/operations');
    await page.getByText('Nobody is called yet').waitFor();
    await page.getByRole('button', { name: 'Add a webhook' }).click();
    await expectAccessible(page);
    await page.getByLabel('Address').fill('http://203.0.113.7/hook');
    await page.getByLabel('SKUs').fill('HOOKED');
    await page.getByRole('button', { name: 'Add the webhook' }).click();
    await page.getByText('is not public').waitFor();
    await page.getByLabel('Address').fill(receiver.url);
    await page.getByRole('button', { name: 'Add the webhook' }).click();
    const secret = (await page.getByLabel('The secret', { exact: true }).textContent())!;
    await expectAccessible(page);
    await page.getByRole('button', { name: 'I have stored it' }).click();

    await page.getByRole('link', { name: receiver.url }).click();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await dialog(page, 'The test').getByText('It has arrived').waitFor();
    await dialog(page, 'The test').getByRole('button', { name: 'Close' }).last().click();
    const [test] = await receiver.has(1);
    verify(secret, test!);
    expect(test!.body.type).toBe('WebhookTested');
    expect(await page.content()).not.toContain(secret);

    await page.getByRole('button', { name: 'Disable' }).click();
    await says(page, 'It was disabled on request');
    const isEnabled = async () => (await world.earmark.webhooks.list()).data.items[0]?.enabled;
    expect(await isEnabled()).toBe(false);
    await register('HOOKED-1', 'HOOKED', 10);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Disable' }).waitFor();
    expect(await isEnabled()).toBe(true);
    // What has happened meanwhile is sent now.
    const [, registered] = await receiver.has(2);
    verify(secret, registered!);
    expect(registered!.body).toMatchObject({ type: 'BatchRegistered', key: 'HOOKED' });
    await row(page, 'BatchRegistered').getByText('delivered').waitFor();

    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog(page, 'Delete the webhook').getByText('This cannot be undone').waitFor();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.getByText('Nobody is called yet').waitFor();
    expect((await world.earmark.webhooks.list()).data.items).toEqual([]);
    await page.context().close();
  });

  it('follows events as they happen, pauses them, and narrows them by the address', async () => {
    await register('TAIL-1', 'TAIL', 20);
    await register('TOE-1', 'TOE', 20);
    const page = await world.browser.visit('/events');
    await row(page, 'TOE').first().waitFor();
    await page.getByLabel('SKU').fill('TAIL');
    await gone(row(page, 'TOE'));
    await page.getByText('All types').click();
    await page.getByLabel('LineAllocated').check();
    await page.getByText('No such event yet').waitFor();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      sku: 'TAIL',
      types: 'LineAllocated',
    });

    await allocate('tail-1', 'TAIL', 1);
    await row(page, 'tail-1').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    for (const orderId of ['tail-2', 'tail-3']) await allocate(orderId, 'TAIL', 1);
    await says(page, 'Paused · 2 wait');
    expect(await row(page, 'tail-2').count()).toBe(0);
    await page.getByRole('button', { name: 'Show 2 new events' }).click();
    await row(page, 'tail-3').waitFor();

    const sent = await world.browser.visit(new URL(page.url()).href.split('/console')[1]!);
    await row(sent, 'tail-3').waitFor();
    expect(await sent.getByLabel('SKU').inputValue()).toBe('TAIL');
    expect(await sent.getByRole('row').count()).toBe(1 + 3);
    await page.context().close();
    await sent.context().close();
  });

  it('reads what one call has caused as a story', async () => {
    for (const reference of ['STORY-1', 'STORY-2']) await register(reference, 'STORY', 10);
    await allocate('story-1', 'STORY', 8);
    await world.earmark.batches.change({ path: { reference: 'STORY-1' }, body: { quantity: 2 } });
    const events = await eventsOf('STORY');
    const cause = events.find(({ type }) => type === 'BatchQuantityChanged')!;
    const caused = events.filter(({ correlationId }) => correlationId === cause.correlationId);
    expect(caused.length).toBeGreaterThan(1);

    const page = await world.browser.visit('/events?sku=STORY');
    await page.getByRole('link', { name: `Details of the event at position ${cause.position}` }).click();
    await dialog(page, /^Event/)
      .getByText(cause.correlationId)
      .first()
      .waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Show what belongs to it' }).click();
    await says(page, `${caused.length} events of 1 SKU`);
    expect(await page.getByRole('row').count()).toBe(1 + caused.length);
    await says(page, `because of the event at ${cause.position}`);
    expect(new URL(page.url()).searchParams.get('correlationId')).toBe(cause.correlationId);
    await page.context().close();
  });

  it('makes a read model anew that was wrong', async () => {
    await register('REBUILT-1', 'REBUILT', 10);
    await eventually('it is counted', async () => (await totalOf('REBUILT')) === 10);
    await database.query(`update allocation.product_total set quantity = 4711 where sku = 'REBUILT'`);
    const page = await world.browser.visit(`/operations/subscriptions/${TOTALS}`);
    await page.getByText('It was never rebuilt').waitFor();

    await page.getByRole('button', { name: 'Rebuild' }).click();
    const asked = dialog(page, `Rebuild ${TOTALS}`);
    await asked.getByText('made anew from all events').waitFor();
    await expectAccessible(page);
    await asked.getByRole('button', { name: 'Rebuild' }).click();
    await page.getByText('done', { exact: true }).waitFor();
    expect(await totalOf('REBUILT')).toBe(10);
    expect((await world.earmark.subscriptions.findRebuild({ path: { name: TOTALS } })).data.state).toBe(
      'done',
    );
    await page.context().close();
  });

  it('compares the figures again, and sees one that differs until it does no more', async () => {
    await register('EVEN-1', 'EVEN', 10);
    await allocate('even-1', 'EVEN', 4);
    const add = (quantity: number) =>
      database.query(`update allocation.batch set allocated = allocated + $1 where reference = 'EVEN-1'`, [
        quantity,
      ]);
    const page = await world.browser.visit('/operations');
    await says(page, /^No difference at position/);

    await add(-1);
    await page.getByRole('button', { name: 'Compare again' }).click();
    await says(page, /^1 difference at position/);
    await row(page, 'EVEN-1').getByText('claimed').waitFor();
    await expectAccessible(page);
    await add(1);
    await page.getByRole('button', { name: 'Compare again' }).click();
    await says(page, /^No difference at position/);
    expect((await world.earmark.integrity.check()).data.differences).toEqual([]);
    await page.context().close();
  });

  // The last one: from then on every call needs a key.
  it('turns access control on with the first key, and shuts out whose key is revoked', async () => {
    const other = await world.browser.visit('/products');
    const page = await world.browser.visit('/access');
    const create = page.getByRole('button', { name: 'Create a key' });
    const shownKey = async () => {
      const key = (await page.getByLabel('The key', { exact: true }).textContent())!;
      await expectAccessible(page);
      await page.getByRole('button', { name: 'I have stored it' }).click();
      await settled(page);
      expect(await page.content()).not.toContain(key);
      return key;
    };
    await says(page, 'access control is off');
    await create.click();
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    // Shutting out whoever has no key, which ends the feed of this page too, is quicker than the sign-in.
    await page.route('**/console/session', async (route) => {
      if (route.request().method() === 'POST') await page.getByText('Not live').waitFor();
      await route.continue();
    });
    await page.getByLabel('Name').fill('owner');
    await page.getByRole('button', { name: 'Create it and turn access control on' }).click();
    const owner = new Earmark({ url: world.url, key: await shownKey() });
    await says(page, 'access control is on');
    await says(page, 'owner (a key)');
    await page.reload();
    await says(page, 'owner (a key)');
    await expect(world.earmark.products.list()).rejects.toMatchObject({ status: 401 });

    await create.click();
    await page.getByLabel('Name').fill('reader');
    await page.getByRole('button', { name: 'Create the key' }).click();
    const key = await shownKey();
    const reader = new Earmark({ url: world.url, key });
    expect((await reader.info.info()).data.caller).toMatchObject({ name: 'reader', scopes: ['read'] });

    // It was shut out by the first key.
    await other.getByLabel('API key').fill(key);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.getByRole('heading', { name: 'Products', level: 1 }).waitFor();

    await page.getByRole('button', { name: 'Revoke the key reader', exact: true }).click();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Revoke it' }).click();
    await row(page, 'reader').getByText('revoked').first().waitFor();
    await other.getByLabel('API key').waitFor();
    await expect(reader.products.list()).rejects.toMatchObject({ status: 401 });
    expect((await owner.keys.list()).data.items).toMatchObject([
      { name: 'owner', revokedAt: null },
      { name: 'reader', revokedAt: expect.any(String) },
    ]);
  });

  it('gets no complaint from the browser meanwhile', () => {
    expect(world.browser.complaints).toEqual([]);
  });
});
