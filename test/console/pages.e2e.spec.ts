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

  it('break no rule of the content security policy, and fail in no script', () => {
    expect(world.browser.complaints).toEqual([]);
  });
});
