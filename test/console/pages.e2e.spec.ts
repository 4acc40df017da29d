import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PLACES } from '../../console/src/app/places.js';
import { describeWith } from '../support/brokers.js';
import { ConsoleWorld } from './console-world.js';
import { settled } from './browser.js';

/** The names of the tables that have to be scrolled sideways. */
const SCROLLED_TABLES = `[...document.querySelectorAll('table')]
  .filter(({ parentElement: frame }) => frame.scrollWidth > frame.clientWidth)
  .map(({ caption }) => caption.textContent)`;

/** A small phone; and before and after columns are left out, rows become cards, and the navigation goes behind a button. */
const WIDTHS = [320, 799, 800, 1023, 1024, 1151, 1152];

const NAMES_OF_BUTTONS = `[...document.querySelectorAll('td button')]
  .map((button) => button.ariaLabel ?? button.textContent)`;

describeWith('chromium', 'Every page of the console', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await ConsoleWorld.open();
    await world.fill();
    const { orders, warehouse } = world.earmark;
    const lines = ['CHAIR', 'DESK'].map((sku) => ({ sku, quantity: 2 }));
    await orders.put({
      path: { orderId: 'of-many-lines' },
      body: { lines },
    });
    for (const { sku } of lines)
      await warehouse.ship({
        path: { shipmentId: `of-${sku}` },
        body: { orderId: 'of-many-lines', lines: [{ sku, quantity: 1 }] },
      });
  });
  afterAll(() => world.close());

  const paths = [
    ...PLACES.map(({ to }) => to),
    '/products/DESK',
    '/batches/DESK-here',
    '/orders/order-1',
    '/orders/of-many-lines',
    '/backorders?sku=LAMP',
    '/operations/subscriptions/ledger.movements',
    '/nowhere',
  ];

  it.each(paths)('%s is accessible in both themes, and fits small phones and tablets', async (path) => {
    const page = await world.browser.visit(path);
    await settled(page);
    await world.browser.expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    // The rest is the same in both themes.
    await world.browser.expectAccessible(page, ['color-contrast']);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const content = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(content).toBeLessThanOrEqual(width);
      expect({ width, tables: await page.evaluate<string[]>(SCROLLED_TABLES) }).toEqual({
        width,
        tables: [],
      });
    }
    await page.context().close();
  });

  it.each(['/orders/of-many-lines', '/backorders?sku=LAMP'])(
    '%s names each button in a table so that no two are called the same',
    async (path) => {
      const page = await world.browser.visit(path);
      await settled(page);
      await page.getByRole('cell').getByRole('button').nth(1).waitFor();
      const names = await page.evaluate<string[]>(NAMES_OF_BUTTONS);
      expect(names.length).toBeGreaterThan(1);
      expect(new Set(names).size).toBe(names.length);
      await page.context().close();
    },
  );

  it('shows a row of a table as a card on a narrow screen, and still as a row to screen readers', async () => {
    const page = await world.browser.visit('/products', { width: 390 });
    const row = page.getByRole('row').filter({ hasText: 'DESK' });
    const topOf = async (cell: number) => (await row.getByRole('cell').nth(cell).boundingBox())!.y;
    const heads = await page.getByRole('columnheader').allTextContents();
    expect(await topOf(heads.indexOf('Available'))).toBeGreaterThan(await topOf(heads.indexOf('SKU')));
    await world.browser.expectAccessible(page);

    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const of = (role: string) => nodes.filter((node) => node.role?.value === role);
    expect(of('table')).toHaveLength(1);
    expect(of('row')).toHaveLength(4);
    expect(of('columnheader').map(({ name }) => name?.value as string)).toEqual(heads);
    expect(of('cell')).toHaveLength(3 * heads.length);
    await page.context().close();
  });

  it('ignores what an address names wrongly, and takes it out of the address', async () => {
    for (const [path, address] of [
      ['/events?event=abc&at=-1&sku=DESK', '/console/events?sku=DESK'],
      ['/movements?kind=nothing', '/console/movements'],
      ['/orders?state=held&signInFailed=denied', '/console/orders?state=held'],
    ] as const) {
      const page = await world.browser.visit(path);
      await page.waitForURL((url) => `${url.pathname}${url.search}` === address);
      await settled(page);
      expect(await page.getByRole('dialog').count()).toBe(0);
      await page.context().close();
    }
  });

  it.each([
    ['/products/%01', 'There is no product of this SKU'],
    ['/batches/%01', 'There is no batch under this reference'],
    ['/orders/%01', 'There is no such order now'],
    ['/operations/webhooks/1', 'There is no such webhook'],
  ])('%s says of what nothing can be called: %s', async (path, title) => {
    const page = await world.browser.visit(path);
    await page.getByText(title).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
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
