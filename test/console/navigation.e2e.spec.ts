import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeWith } from '../support/brokers.js';
import { signal } from '../support/signal.js';
import { ConsoleWorld } from './console-world.js';

describeWith('chromium', 'A navigation in the console', () => {
  let world: ConsoleWorld;
  let page: Page;
  beforeAll(async () => {
    world = await ConsoleWorld.open();
    await world.fill();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    page = await world.browser.visit('/products');
    await page.getByRole('link', { name: 'DESK', exact: true }).waitFor();
  });

  const focus = () => page.locator(':focus');
  /** Waits until the heading of the page has the focus; its title is then that of the document. */
  const expectFocusAt = async (title: string) => {
    await page.getByRole('heading', { name: title, level: 1, exact: true }).and(focus()).waitFor();
    expect(await page.title()).toBe(`${title} · Earmark`);
  };

  it('leaves the focus to the browser when the first page is loaded', async () => {
    expect(await focus().count()).toBe(0);
  });

  it('moves the focus to the heading of the page, also if its data is loaded first, and on the way back', async () => {
    await page.getByRole('link', { name: 'DESK', exact: true }).press('Enter');
    await expectFocusAt('DESK');
    await page.getByRole('link', { name: 'DESK-here' }).first().press('Enter');
    await expectFocusAt('DESK-here');
    await world.browser.expectAccessible(page);
    await page.goBack();
    await expectFocusAt('DESK');
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await expectFocusAt('Orders');
    await page.keyboard.press('/');
    await page.getByRole('dialog').getByRole('combobox').fill('LAMP-soon');
    await page.getByRole('option', { name: 'LAMP-soon' }).waitFor();
    await page.keyboard.press('Enter');
    await expectFocusAt('LAMP-soon');
  });

  it('moves the focus to the region of the page while a slow page has no heading yet, and not away from elsewhere', async () => {
    const answer = signal();
    await page.route('**/v1/batches/*', async (route) => {
      await answer.given;
      await route.continue();
    });
    await page.getByRole('link', { name: 'DESK', exact: true }).press('Enter');
    await expectFocusAt('DESK');
    await page.getByRole('link', { name: 'DESK-here' }).first().press('Enter');
    await page.getByRole('main').and(focus()).waitFor();
    await page.getByRole('link', { name: 'Orders', exact: true }).focus();
    answer.give();
    await page.getByRole('heading', { name: 'DESK-here', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Orders', exact: true }).and(focus()).waitFor();
  });

  it('to a page that opens a dialog at once moves the focus into it, and to the heading once it is closed', async () => {
    await page.getByRole('link', { name: 'DESK', exact: true }).press('Enter');
    await expectFocusAt('DESK');
    await page.getByRole('link', { name: 'Order for a customer' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Place an order' });
    await dialog.getByLabel('Order id').and(focus()).waitFor();
    await dialog.getByRole('button', { name: 'Add a line' }).press('Enter');
    await dialog.getByRole('button', { name: 'Remove line 2' }).press('Enter');
    await dialog.getByRole('button', { name: 'Add a line' }).and(focus()).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expectFocusAt('Orders');

    await page.keyboard.press('/');
    await page.getByRole('dialog').getByRole('combobox').fill('place an order');
    await page.getByRole('option', { name: 'Place an order' }).waitFor();
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Order id').and(focus()).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expectFocusAt('Orders');
  });

  it('leaves the focus where it is while a filter is typed', async () => {
    const filter = page.getByLabel('SKU begins with');
    await filter.pressSequentially('LAMP');
    await page.waitForURL(/find=LAMP/);
    await page.getByRole('link', { name: 'DESK', exact: true }).waitFor({ state: 'detached' });
    await filter.and(focus()).waitFor();
  });

  it('breaks no rule of the content security policy, and fails in no script', () => {
    expect(world.browser.complaints).toEqual([]);
  });
});
