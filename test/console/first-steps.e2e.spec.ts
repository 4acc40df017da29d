import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../../testing/eventually.js';
import { describeWith } from '../support/brokers.js';
import { settled } from './browser.js';
import { ConsoleWorld } from './console-world.js';

/** Where pictures of the pages with sample data are written, for the documentation; nowhere without it. */
const PICTURES = process.env.CONSOLE_PICTURES;

describeWith('chromium', 'A new installation, in the console', () => {
  let world: ConsoleWorld;
  let page: Page;
  beforeAll(async () => {
    world = await ConsoleWorld.open();
    page = await world.browser.visit('/');
  });
  afterAll(() => world.close());

  const picture = async (name: string, path: string) => {
    if (PICTURES === undefined) return;
    await mkdir(PICTURES, { recursive: true });
    for (const colorScheme of ['light', 'dark'] as const) {
      const shown = await world.browser.visit(path, { theme: colorScheme });
      await settled(shown);
      await shown.getByText('Live', { exact: true }).first().waitFor();
      // What draws the curve is loaded after the page.
      if (path === '/') await shown.locator('canvas').waitFor();
      await shown.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`) });
      await shown.context().close();
    }
  };

  it('says on each page what to do next', async () => {
    for (const path of ['/products', '/batches', '/orders', '/backorders', '/promises', '/movements']) {
      const empty = await world.browser.visit(path);
      await settled(empty);
      expect(await empty.getByRole('table').count()).toBe(0);
      await world.browser.expectAccessible(empty);
      await empty.context().close();
    }
  });

  it('plays a month of sample data with one click', async () => {
    await world.browser.expectAccessible(page);
    await page.getByRole('button', { name: 'Play the sample data' }).click();
    await page.getByText('The sample data is there').waitFor();

    const { items } = (await world.earmark.products.list({ query: { limit: 500 } })).data;
    expect(items.length).toBeGreaterThan(20);
    expect(items.every(({ sku }) => sku.startsWith('SAMPLE-'))).toBe(true);
    expect(items.some(({ shipped }) => shipped > 0)).toBe(true);
    const { differences } = (await world.earmark.integrity.check()).data;
    expect(differences).toEqual([]);
    // Who has data is not offered more of it.
    expect(await page.getByRole('button', { name: 'Play the sample data' }).count()).toBe(0);
  });

  it('shows the overview, a product, orders, the queue and promises at risk with it', async () => {
    const { items } = (await world.earmark.products.list({ query: { limit: 500 } })).data;
    const busiest = items.toSorted((one, other) => other.claimed - one.claimed)[0]!;
    const paths = {
      overview: '/',
      product: `/products/${busiest.sku}`,
      orders: '/orders',
      backorders: '/backorders',
      promises: '/promises?late=true',
      events: '/events',
      operations: '/operations',
    };
    for (const [name, path] of Object.entries(paths)) {
      const shown = await world.browser.visit(path);
      await settled(shown);
      await world.browser.expectAccessible(shown);
      await shown.context().close();
      await picture(name, path);
    }
  });

  it('is cleared of the sample data, which frees every unit', async () => {
    await page.getByRole('button', { name: 'Clear the sample data' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Clear the sample data' }).click();
    await page.getByText(/sample batches emptied/).waitFor();

    // The list is a read model, which follows in a moment.
    await eventually('no product has units or claims', async () => {
      const { items } = (await world.earmark.products.list({ query: { limit: 500 } })).data;
      return items.every(({ claimed, quantity }) => claimed === 0 && quantity === 0);
    });
  });

  it('is used without a complaint of the browser', () => {
    expect(world.browser.complaints).toEqual([]);
  });
});
