import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PLACES } from '../../console/src/app/places.js';
import { describeWith } from '../support/brokers.js';
import { ConsoleWorld } from './console-world.js';
import { settled } from './browser.js';

describeWith('chromium', 'Every page of the console', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await ConsoleWorld.open();
    await world.fill();
  });
  afterAll(() => world.close());

  const paths = [
    ...PLACES.map(({ to }) => to),
    '/products/DESK',
    '/batches/DESK-here',
    '/orders/order-1',
    '/backorders?sku=LAMP',
    '/operations/subscriptions/ledger.movements',
    '/nowhere',
  ];

  it.each(paths)('%s is accessible in both themes, and fits a screen that is 320 px wide', async (path) => {
    const page = await world.browser.visit(path);
    await settled(page);
    await world.browser.expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    // The rest is the same in both themes.
    await world.browser.expectAccessible(page, ['color-contrast']);
    await page.setViewportSize({ width: 320, height: 900 });
    const [content, window] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, innerWidth]',
    );
    expect(content).toBeLessThanOrEqual(window);
    await page.context().close();
  });

  it('is shown in a browser that lets pages store nothing, and has its theme switch', async () => {
    const page = await world.browser.visit('/');
    await page.addInitScript(
      "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('No.', 'SecurityError'); } })",
    );
    await page.reload();
    await page.getByRole('button', { name: 'Theme: system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).waitFor();
    await page.context().close();
  });

  it('has a navigation on a narrow screen that gives the focus back when it is closed', async () => {
    const page = await world.browser.visit('/products', { width: 320 });
    const open = page.getByRole('button', { name: 'Navigation', exact: true });
    await open.click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.getByRole('button', { name: 'Close the navigation' }).press('Enter');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'hidden' });
    await open.and(page.locator(':focus')).waitFor();
    await page.context().close();
  });

  it('break no rule of the content security policy, and fail in no script', () => {
    expect(world.browser.complaints).toEqual([]);
  });
});
