import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { isProblem, type ReallocationBody } from '@earmark/client';
import type { Locator, Page } from 'playwright-core';
import { PLACES } from '../../console/src/app/places.js';
import { describeWith } from '../support/brokers.js';
import { dateInWords } from './browser.js';
import { ConsoleWorld } from './console-world.js';

/** So many presses of Tab reach every control of a dialog. */
const MOST_TABS = 40;

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describeWith('chromium', 'Orders in the console', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await ConsoleWorld.open();
  });
  afterAll(() => world.close());

  const stock = (sku: string, quantity: number, eta?: string) =>
    world.earmark.batches.register({
      body: {
        reference: `${sku}-${eta === undefined ? 'here' : 'soon'}`,
        sku,
        quantity,
        ...(eta && { eta }),
      },
    });
  const order = (orderId: string, sku: string, quantity: number, more: object = {}) =>
    world.earmark.orders.put({ path: { orderId }, body: { lines: [{ sku, quantity }], ...more } });
  const found = async (orderId: string) => (await world.earmark.orders.find({ path: { orderId } })).data;
  const exists = (orderId: string) =>
    found(orderId).then(
      () => true,
      (error: unknown) => {
        if (isProblem(error, 'unknown-order')) return false;
        throw error;
      },
    );
  const available = async (sku: string) =>
    (await world.earmark.products.find({ path: { sku } })).data.available;
  const queue = async (sku: string) =>
    (await world.earmark.backorders.list({ path: { sku } })).data.items.map(
      ({ orderId, unitsAhead, priority }) => ({ orderId, unitsAhead, priority }),
    );

  /** Presses the button that opens a dialog. */
  const opened = async (page: Page, button: string, title: string): Promise<Locator> => {
    await page.getByRole('main').getByRole('button', { name: button, exact: true }).first().click();
    const dialog = page.getByRole('dialog', { name: title, exact: true });
    await dialog.waitFor();
    return dialog;
  };
  /** Presses the button that does what the dialog is for, which then closes. */
  const done = async (dialog: Locator, button: string): Promise<void> => {
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  const rowsOf = async (table: Locator): Promise<string[]> => {
    await table.getByRole('row').nth(1).waitFor();
    const rows = await table.getByRole('row').allInnerTexts();
    return rows.slice(1).map((row) => row.replace(/\s+/g, ' ').trim());
  };

  it('are placed after it was shown what they get, then amended, shipped in parts, and taken back', async () => {
    await stock('TABLE', 10);
    const page = await world.browser.visit('/orders');
    const placing = await opened(page, 'Place an order', 'Place an order');
    await placing.getByLabel('Order id').fill('table-1');
    await placing.getByLabel('SKU', { exact: true }).fill('TABLE');
    await placing.getByLabel('Quantity').fill('8');
    await placing.getByText('Gets 8 of TABLE-here, on hand').waitFor();
    await placing.getByText('All of it would be promised now, at once.').waitFor();
    expect(await exists('table-1')).toBe(false);
    await world.browser.expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await world.browser.expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'light' });
    await done(placing, 'Place the order');
    await page.getByRole('heading', { name: 'table-1', level: 1 }).waitFor();
    await page.getByText('Order table-1 is placed: 1 line has its units').waitFor();
    expect(await found('table-1')).toMatchObject({
      state: 'allocated',
      lines: [{ sku: 'TABLE', quantity: 8, claims: [{ batchReference: 'TABLE-here', quantity: 8 }] }],
    });

    const amending = await opened(page, 'Change the order', 'Change order table-1');
    await amending.getByLabel('Quantity').fill('6');
    await amending.getByText('TABLE: 6 instead of 8.').waitFor();
    await amending.getByText('Gets 6 of TABLE-here, on hand').waitFor();
    await world.browser.expectAccessible(page);
    await done(amending, 'Change the order');
    expect(await available('TABLE')).toBe(4);

    const part = await opened(page, 'Ship', 'Ship order table-1');
    await part.getByLabel('Units of TABLE that leave').fill('2');
    await part.getByText('TABLE: 2 of TABLE-here').waitFor();
    await world.browser.expectAccessible(page);
    await done(part, 'Ship 2 units');
    expect(await found('table-1')).toMatchObject({ state: 'partly-shipped', lines: [{ shipped: 2 }] });

    await page.getByText('partly shipped').waitFor();
    const rest = await opened(page, 'Ship', 'Ship order table-1');
    await done(rest, 'Ship 4 units');
    expect(await found('table-1')).toMatchObject({ state: 'shipped', lines: [{ shipped: 6, claims: [] }] });

    const returning = await opened(page, 'Take units back', 'Take back units of order table-1');
    await returning.getByLabel('Units of TABLE that came back').fill('1');
    await returning.getByLabel('What becomes of TABLE').selectOption({ label: 'Written off' });
    await returning.getByLabel('Reason').fill('a broken leg');
    await returning.getByText('1 unit will be written off.').waitFor();
    await world.browser.expectAccessible(page);
    await done(returning, 'Take them back');
    expect(await found('table-1')).toMatchObject({ lines: [{ shipped: 6, returned: 1 }] });
    expect(await available('TABLE')).toBe(4);

    const story = page.getByRole('region', { name: 'History' });
    await story.getByText('(a broken leg)').waitFor();
    const told = await story.getByRole('listitem').allInnerTexts();
    expect(told).toEqual([
      expect.stringContaining('This order was promised 8 units of TABLE from batch TABLE-here'),
      expect.stringContaining('claims 6 units of TABLE from batch TABLE-here, instead of 8 units'),
      expect.stringContaining('2 units of TABLE left for this order'),
      expect.stringContaining('4 units of TABLE left for this order'),
      expect.stringContaining('gave back 1 unit of TABLE of batch TABLE-here, to be scrapped (a broken leg)'),
    ]);
    const { data } = await world.earmark.orders.history({ path: { orderId: 'table-1' } });
    expect(data.items.map(({ type }) => type)).toEqual([
      'LineAllocated',
      'LineAmended',
      'LineShipped',
      'LineShipped',
      'LineReturned',
    ]);
    await page.context().close();
  });

  it('say at their lines why they were refused, and what could be had instead', async () => {
    await stock('STOOL', 5);
    await stock('STOOL', 20, day(6));
    await stock('BENCH', 5);
    const page = await world.browser.visit('/orders');
    const placing = await opened(page, 'Place an order', 'Place an order');
    await placing.getByLabel('Order id').fill('stool-1');
    const first = placing.getByRole('listitem', { name: 'Line 1' });
    await first.getByLabel('SKU', { exact: true }).fill('STOOL');
    await first.getByLabel('Quantity').fill('8');
    await first.getByLabel('Needed by').fill(day(2));
    await placing.getByRole('button', { name: 'Add a line' }).click();
    const second = placing.getByRole('listitem', { name: 'Line 2' });
    await second.getByLabel('SKU', { exact: true }).fill('BENCH');
    await placing.getByText('It would be refused now').waitFor();
    await placing.getByRole('button', { name: 'Place the order' }).click();
    await placing.getByText('The order was refused, and nothing has changed').waitFor();
    await first
      .getByText(`No batch has 8 free units by ${dateInWords(day(2))}; the largest has 5.`)
      .waitFor();
    await second.getByText('This line would fit.').waitFor();
    const offers = await first.getByRole('button').allTextContents();
    expect(offers).toEqual(
      expect.arrayContaining([
        'Ask for 5',
        expect.stringContaining('All of it, '),
        'Take it from several batches',
        'Let it wait for units',
        'Order the rest without it',
      ]),
    );
    await world.browser.expectAccessible(page);
    expect(await exists('stool-1')).toBe(false);
    expect(await available('BENCH')).toBe(5);

    await first.getByRole('button', { name: 'All of it, ' }).click();
    await first.getByText('Gets 8 of STOOL-soon').waitFor();
    await done(placing, 'Place the order');
    expect(await found('stool-1')).toMatchObject({
      state: 'allocated',
      promisedDate: day(6),
      lines: [
        { sku: 'BENCH', claims: [{ batchReference: 'BENCH-here', quantity: 1 }] },
        { sku: 'STOOL', neededBy: day(6), claims: [{ batchReference: 'STOOL-soon', quantity: 8 }] },
      ],
    });
    await page.context().close();
  });

  it('are held until they are confirmed, or cancelled after it was said which units become free', async () => {
    await stock('SOFA', 5);
    const page = await world.browser.visit('/orders');
    const holding = await opened(page, 'Place an order', 'Place an order');
    await holding.getByLabel('Order id').fill('sofa-1');
    await holding.getByLabel('SKU', { exact: true }).fill('SOFA');
    await holding.getByLabel('Quantity').fill('2');
    await holding.getByLabel('Hold for minutes').fill('30');
    await done(holding, 'Hold the order');
    await page.getByText('Order sofa-1 is held: 1 line has its units').waitFor();
    const held = await found('sofa-1');
    expect(held.state).toBe('held');
    const minutesLeft = (Date.parse(held.expiresAt!) - Date.now()) / 60_000;
    expect(minutesLeft).toBeGreaterThan(28);
    expect(minutesLeft).toBeLessThanOrEqual(30);

    const confirming = await opened(page, 'Confirm the hold', 'Confirm order sofa-1');
    await confirming.getByText('2 units of SOFA').waitFor();
    await world.browser.expectAccessible(page);
    await done(confirming, 'Confirm the hold');
    expect(await found('sofa-1')).toMatchObject({ state: 'allocated', expiresAt: null });

    await order('sofa-2', 'SOFA', 3);
    await page.getByRole('link', { name: 'Orders' }).first().click();
    await page.getByRole('link', { name: 'sofa-2' }).click();
    await page.getByRole('heading', { name: 'sofa-2', level: 1 }).waitFor();
    const cancelling = await opened(page, 'Cancel the order', 'Cancel order sofa-2');
    await cancelling.getByText('These units are free at once').waitFor();
    expect(await cancelling.getByRole('listitem').allInnerTexts()).toEqual(['SOFA: 3 of SOFA-here']);
    await world.browser.expectAccessible(page);
    expect(await available('SOFA')).toBe(0);
    await done(cancelling, 'Cancel the order');
    expect(await found('sofa-2')).toMatchObject({ state: 'cancelled' });
    expect(await available('SOFA')).toBe(3);

    await page.getByRole('button', { name: 'Open it again' }).last().click();
    await page.getByText('Undone').waitFor();
    expect(await found('sofa-2')).toMatchObject({ state: 'allocated' });
    await page.context().close();
  });

  it('wait in the queue of a product, where another priority serves them sooner', async () => {
    await stock('SHELF', 10);
    await order('shelf-1', 'SHELF', 10);
    await order('shelf-2', 'SHELF', 4, { whenShort: 'backorder' });
    await order('shelf-3', 'SHELF', 6, { whenShort: 'backorder' });
    const page = await world.browser.visit('/backorders');
    await page.getByRole('link', { name: 'SHELF', exact: true }).click();
    await page.getByRole('heading', { name: 'Queue of SHELF', level: 1 }).waitFor();
    const lines = page.getByRole('group', { name: 'Lines that wait for SHELF' });
    const [second, third] = await rowsOf(lines);
    expect(second).toMatch(/^1 shelf-2 4 0 5 /);
    expect(third).toMatch(/^2 shelf-3 6 4 5 /);

    await page.getByRole('button', { name: 'Change the priority of shelf-3' }).click();
    const changing = page.getByRole('dialog', { name: 'Priority of order shelf-3' });
    await changing.getByLabel('Priority').selectOption('8');
    await changing.getByText('All of it would wait for units.').waitFor();
    await world.browser.expectAccessible(page);
    await done(changing, 'Change the priority');
    await lines.getByRole('row', { name: /^1 shelf-3 6 0 8 / }).waitFor();
    await lines.getByRole('row', { name: /^2 shelf-2 4 6 5 / }).waitFor();
    expect(await queue('SHELF')).toEqual([
      { orderId: 'shelf-3', unitsAhead: 0, priority: 8 },
      { orderId: 'shelf-2', unitsAhead: 6, priority: 5 },
    ]);
    await page.context().close();
  });

  it('get other units by a reallocation run exactly as it was shown before', async () => {
    await stock('RACK', 10);
    await order('rack-1', 'RACK', 10, { whenShort: 'backorder' });
    await order('rack-2', 'RACK', 4, { whenShort: 'backorder' });
    await order('rack-3', 'RACK', 6, { whenShort: 'backorder', priority: 8 });
    const page = await world.browser.visit('/backorders?sku=RACK');
    const dialog = await opened(page, 'Reallocate', 'Reallocate RACK');
    const asked = page.waitForRequest('**/v1/products/RACK/reallocations*');
    await dialog.getByRole('button', { name: 'Show what would change' }).click();
    const { segments } = (await asked).postDataJSON() as { segments: never };
    const shown = await rowsOf(dialog.getByRole('group', { name: 'The run by line' }));
    expect(await isInSight(dialog.getByRole('heading', { name: 'What would change' }), dialog)).toBe(true);
    await world.browser.expectAccessible(page);

    const { data: expected } = await world.earmark.reallocations.reallocate({
      path: { sku: 'RACK' },
      body: { segments, simulate: true },
    });
    expect(shown).toHaveLength(expected.lines.length);
    expect(expected.lines.length).toBeGreaterThan(1);
    expected.lines.forEach((line, index) => expect(shown[index]).toContain(inShort(line)));
    expect((await found('rack-1')).state).toBe('allocated');

    await done(dialog, `Change ${expected.lines.length} lines`);
    for (const { orderId, after } of expected.lines)
      expect((await found(orderId)).lines[0]!.claims).toEqual(claimsOf(after));
    await page.context().close();
  });

  it('can be placed by keyboard alone, and ? lists the keys', async () => {
    await stock('CHEST', 5);
    const page = await world.browser.visit('/');
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    for (const { key, name } of PLACES)
      await keys.getByRole('row', { name: `g ${key} Go to ${name}` }).waitFor();
    await world.browser.expectAccessible(page);
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });

    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor();
    await page.keyboard.press('/');
    const search = page.getByRole('combobox', { name: 'A SKU, a batch, an order or a page' });
    await search.waitFor();
    await world.browser.expectAccessible(page);
    await page.keyboard.press('ArrowUp');
    const last = page.getByRole('option', { name: 'Place an order', selected: true });
    await last.waitFor();
    expect(await isInSight(last, page.getByRole('listbox', { name: 'What was found' }))).toBe(true);
    await page.keyboard.type('place');
    await page.getByRole('option', { name: 'Place an order', selected: true }).waitFor();
    await page.keyboard.press('Enter');

    const dialog = page.getByRole('dialog', { name: 'Place an order' });
    await dialog.waitFor();
    await withFocus(dialog.getByLabel('Order id')).waitFor();
    await page.keyboard.type('chest/1');
    await tabTo(page, dialog.getByLabel('SKU', { exact: true }));
    await page.keyboard.type('CHE');
    await dialog.getByRole('option', { name: 'CHEST' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await tabTo(page, dialog.getByLabel('Quantity'));
    await page.keyboard.type('7');
    await dialog.getByText('Does not fit.').waitFor();
    await tabTo(page, dialog.getByLabel('When a line does not fit'));
    await page.keyboard.type('Let');
    await dialog.getByText('Does not fit: it waits until units are free.').waitFor();
    await tabTo(page, dialog.getByRole('button', { name: 'Place the order' }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'chest/1', level: 1 }).waitFor();
    expect(await found('chest/1')).toMatchObject({
      state: 'backordered',
      lines: [{ sku: 'CHEST', quantity: 7 }],
    });
    await page.context().close();
  });

  it('break no rule of the content security policy, and fail in no script', () => {
    expect(world.browser.complaints).toEqual([]);
  });
});

type ReallocatedLine = ReallocationBody['lines'][number];

const claimsOf = (place: ReallocatedLine['after']) =>
  place === null
    ? []
    : (place.claims ?? [place]).map(({ batchReference, quantity }) =>
        expect.objectContaining({ batchReference, quantity }),
      );

/** How the console tells what a line would have. */
function inShort({ orderId, outcome, before, after }: ReallocatedLine): string {
  const outcomes: Partial<Record<typeof outcome, string>> = {
    gained: 'gets its units',
    backordered: 'loses them, waits',
  };
  const place = (each: typeof before) =>
    each === null ? 'waits' : `${each.quantity} units of ${each.batchReference}, on hand`;
  return `${orderId} ${outcomes[outcome]} ${place(before)} ${place(after)}`;
}

/** Whether an element is where the list or dialog around it shows it. */
async function isInSight(element: Locator, around: Locator): Promise<boolean> {
  const [shown, frame] = await Promise.all([element.boundingBox(), around.boundingBox()]);
  const [above, below] = [frame!.y - shown!.y, shown!.y + shown!.height - frame!.y - frame!.height];
  // What scrolls does so by whole pixels.
  return above < 1 && below < 1;
}

const withFocus = (control: Locator): Locator => control.and(control.page().locator(':focus'));

/** Presses Tab until the control has the focus. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let presses = 0; presses < MOST_TABS; presses++) {
    if ((await withFocus(control).count()) === 1) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${control.toString()}.`);
}
