import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { describeWith } from '../support/brokers.js';
import { eventually, eventuallySucceeds } from '../../testing/eventually.js';
import { parseCsvLine } from '../../src/platform/cli/csv.js';
import { dateInWords } from './browser.js';
import { ConsoleWorld } from './console-world.js';

describeWith('chromium', 'The stock in the console', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await ConsoleWorld.open();
  });
  afterAll(() => world.close());

  const opened: Page[] = [];
  const visit = async (path: string): Promise<Page> => {
    const page = await world.browser.visit(path);
    opened.push(page);
    return page;
  };
  afterEach(() => Promise.all(opened.splice(0).map((page) => page.context().close())));

  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const register = (sku: string, reference: string, quantity: number, more: object = {}) =>
    world.earmark.batches.register({ body: { reference, sku, quantity, ...more } });
  const order = (
    orderId: string,
    line: { sku: string; quantity: number; neededBy?: string },
    more: object = {},
  ) => world.earmark.orders.put({ path: { orderId }, body: { lines: [line], ...more } });
  const change = (reference: string, body: object) =>
    world.earmark.batches.change({ path: { reference }, body });
  const batch = async (reference: string) => (await world.earmark.batches.find({ path: { reference } })).data;
  /** The figures of a batch lag behind a change by moments. */
  const expectBatch = (reference: string, expected: object) =>
    eventuallySucceeds(
      `${reference} as expected`,
      async () => {
        expect(await batch(reference)).toMatchObject(expected);
        return true;
      },
      5_000,
    );
  const lineOf = async (orderId: string) =>
    (await world.earmark.orders.find({ path: { orderId } })).data.lines[0]!;

  /** Opens the dialog of a button, and waits until it is there. */
  const dialogOf = async (page: Page, button: string): Promise<Locator> => {
    await page.getByRole('button', { name: button, exact: true }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    return dialog;
  };

  it('takes a new batch by keyboard alone, and anyone who looks at the product sees it come', async () => {
    await register('BENCH', 'bench-1', 5);
    await order('bench-waits', { sku: 'BENCH', quantity: 12 }, { whenShort: 'backorder' });
    const other = await visit('/products/BENCH');
    await other.getByRole('link', { name: 'bench-1' }).first().waitFor();

    const page = await visit('/products');
    const { keyboard } = page;
    await tabTo(page, page.getByRole('button', { name: 'Register a batch' }));
    await keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Register a batch' });
    await dialog.waitFor();
    await world.browser.expectAccessible(page);
    for (const text of ['BENCH', 'bench-2', '20']) {
      await keyboard.type(text);
      await keyboard.press('Tab');
    }
    await dialog.getByText('1 line gets its units').waitFor();
    expect(await rowsOf(dialog, 'Lines that change')).toEqual([
      ['bench-waits', 'gets its units', 'nothing', '12 of bench-2 on hand'],
    ]);
    await keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('bench-2 is registered: 20 units of BENCH').waitFor();
    await page.getByRole('heading', { name: 'BENCH', level: 1 }).waitFor();

    await other.getByRole('link', { name: 'bench-2' }).first().waitFor();
    await expectBatch('bench-2', {
      sku: 'BENCH',
      quantity: 20,
      onHand: 20,
      location: 'main',
    });
    expect((await lineOf('bench-waits')).claims).toMatchObject([{ batchReference: 'bench-2', quantity: 12 }]);
  });

  it('shows what a shrink does to the lines before it, and exactly that happens', async () => {
    await register('SHELF', 'shelf-a', 30);
    await order('shelf-1', { sku: 'SHELF', quantity: 10 });
    await order('shelf-2', { sku: 'SHELF', quantity: 12 });
    await order('shelf-3', { sku: 'SHELF', quantity: 8 });
    await register('SHELF', 'shelf-b', 10);
    await register('SHELF', 'shelf-c', 15, { eta: day(30) });

    const page = await visit('/batches/shelf-a');
    const dialog = await dialogOf(page, 'Change the quantity');
    await dialog.getByLabel('Quantity').fill('0');
    await dialog.getByText('1 line loses its units').waitFor();
    await world.browser.expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await world.browser.expectAccessible(page);
    const foretold = await rowsOf(dialog, 'Lines that change');
    expect(foretold.map(([orderId, outcome]) => [orderId, outcome])).toEqual([
      ['shelf-3', 'loses its units'],
      ['shelf-2', 'becomes late'],
      ['shelf-1', 'moves'],
    ]);
    await dialog.getByRole('button', { name: 'Change the quantity' }).click();
    await page.getByText('shelf-a has 0 units now').waitFor();

    for (const [orderId, , , then] of foretold) {
      const { claims } = await lineOf(orderId!);
      const places = claims.map(
        ({ batchReference, quantity, eta }) => `${quantity} of ${batchReference} ${dateInWords(eta)}`,
      );
      expect([orderId, then]).toEqual([orderId, places.join(' ') || 'nothing']);
    }
    expect(await lineOf('shelf-3')).toMatchObject({ state: 'refused' });
    await expectBatch('shelf-a', { quantity: 0, claimed: 0 });
    await page.getByText('Nobody claims units of it').waitFor();
  });

  it('changes nothing if somebody changed the batch in between, and says so', async () => {
    await register('STOOL', 'stool-1', 9);
    const page = await visit('/batches/stool-1');
    const dialog = await dialogOf(page, 'Change the quantity');
    await dialog.getByLabel('Quantity').fill('4');
    await dialog.getByText('No line moves').waitFor();
    await change('stool-1', { quantity: 7 });
    await dialog.getByRole('button', { name: 'Change the quantity' }).click();
    await dialog.getByText('Somebody has changed it in between').waitFor();
    const goOn = dialog.getByRole('button', { name: 'Change the quantity' });
    expect(await goOn.isDisabled()).toBe(true);
    await world.browser.expectAccessible(page);
    await expectBatch('stool-1', { quantity: 7 });

    await dialog.getByRole('button', { name: 'Go back' }).click();
    await page.getByRole('definition').filter({ hasText: /^7$/ }).first().waitFor();
    const again = await dialogOf(page, 'Change the quantity');
    await again.getByLabel('Quantity').fill('4');
    await again.getByRole('button', { name: 'Change the quantity', disabled: false }).click();
    await page.getByText('stool-1 has 4 units now').waitFor();
    await expectBatch('stool-1', { quantity: 4 });
  });

  it('shows who becomes late by a slip, and lists exactly them as at risk', async () => {
    await register('TABLE', 'table-1', 10, { eta: day(4), supplier: 'Oak & Sons' });
    await order('table-order-1', { sku: 'TABLE', quantity: 4 });
    await order('table-order-2', { sku: 'TABLE', quantity: 6, neededBy: day(40) });
    await register('TABLE', 'table-2', 10, { eta: day(5) });
    await order('table-order-3', { sku: 'TABLE', quantity: 5 });
    await register('TABLE', 'table-3', 10, { eta: day(6), supplier: 'Oak & Sons' });
    await order('table-on-time', { sku: 'TABLE', quantity: 10 });
    await change('table-2', { eta: day(20) });

    const page = await visit('/batches/table-1');
    const dialog = await dialogOf(page, 'Change the date');
    await dialog.getByLabel('Due on').fill(day(30));
    await dialog.getByText('2 lines become late').waitFor();
    await world.browser.expectAccessible(page);
    const late = (await rowsOf(dialog, 'Lines that change')).map(([orderId]) => orderId);
    expect(late.toSorted()).toEqual(['table-order-1', 'table-order-2']);
    await dialog.getByRole('button', { name: 'Change the date' }).click();
    await page.getByText('table-1 has another date now').waitFor();
    const lines = page.getByRole('table', { name: 'Lines that claim units of table-1' });
    await lines.getByText('late').nth(1).waitFor();
    expect(await lines.getByText('in time').count()).toBe(0);

    const { items } = (await world.earmark.promises.list({ query: { sku: 'TABLE', late: true } })).data;
    const ordersOf = (...references: string[]) =>
      items
        .filter(({ claims }) => claims.some(({ batchReference }) => references.includes(batchReference)))
        .map(({ orderId }) => orderId)
        .toSorted();
    expect(ordersOf('table-1')).toEqual(late.toSorted());

    await page.goto('/console/promises?sku=TABLE');
    const listed = async (caption: string) =>
      (await rowsOf(page, caption)).map(([orderId]) => orderId).toSorted();
    expect(await listed('Late lines by order')).toEqual(ordersOf('table-1', 'table-2', 'table-3'));
    const grouped = page.getByLabel('Grouped');
    await grouped.selectOption('By batch');
    expect(await listed('Late lines of table-1')).toEqual(ordersOf('table-1'));
    expect(await listed('Late lines of table-2')).toEqual(ordersOf('table-2'));
    expect(await page.getByRole('table').count()).toBe(2);
    await grouped.selectOption('By supplier');
    expect(await listed('Late lines of Oak & Sons')).toEqual(ordersOf('table-1', 'table-3'));
    expect(await listed('Late lines of Batches without a supplier')).toEqual(ordersOf('table-2'));
    expect(await page.getByRole('table').count()).toBe(2);
  });

  it('receives a part of a batch, of which some units are of no use', async () => {
    await register('MUG', 'mug-1', 20, { eta: day(25) });
    await order('mug-order', { sku: 'MUG', quantity: 12 });
    const page = await visit('/batches/mug-1');
    const dialog = await dialogOf(page, 'Receive goods');
    await dialog.getByLabel('Units in order').fill('12');
    await dialog.getByLabel('Units rejected').fill('3');
    await dialog.getByText('Then 12 units are on hand and 5 still to come.').waitFor();
    await dialog.getByText('1 line comes earlier').waitFor();
    await world.browser.expectAccessible(page);
    await dialog.getByRole('button', { name: 'Receive the goods' }).click();
    await page.getByText('12 units received; 12 units of mug-1 on hand').waitFor();
    await page.getByRole('row').filter({ hasText: 'received' }).filter({ hasText: '+12' }).waitFor();
    for (const figure of [/^5$/, /^17$/])
      await page.getByRole('definition').filter({ hasText: figure }).first().waitFor();
    await expectBatch('mug-1', { onHand: 12, inbound: 5, quantity: 17, claimed: 12 });
    expect(await lineOf('mug-order')).toMatchObject({ expectedDate: null });
  });

  it('blocks a batch and unblocks it, and takes either back', async () => {
    await register('VASE', 'vase-1', 10);
    const page = await visit('/batches/vase-1');
    const badge = page.getByText('blocked', { exact: true });
    const isBlocked = async () => (await batch('vase-1')).blocked;
    const undo = async () => {
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Undone').last().waitFor();
    };

    const block = await dialogOf(page, 'Block');
    await block.getByText('10 units that nobody claims').waitFor();
    await world.browser.expectAccessible(page);
    await block.getByRole('button', { name: 'Block the batch' }).click();
    await badge.waitFor();
    expect(await isBlocked()).toBe(true);
    await page.getByText('no order gets them until it is unblocked').waitFor();
    await undo();
    await badge.waitFor({ state: 'detached' });
    expect(await isBlocked()).toBe(false);

    await change('vase-1', { blocked: true });
    await badge.waitFor();
    const unblock = await dialogOf(page, 'Unblock');
    await world.browser.expectAccessible(page);
    await unblock.getByRole('button', { name: 'Unblock the batch' }).click();
    await badge.waitFor({ state: 'detached' });
    expect(await isBlocked()).toBe(false);
    await undo();
    await badge.waitFor();
    expect(await isBlocked()).toBe(true);
  });

  it('lets a change be taken back by keyboard while a dialog is open', async () => {
    await register('BOWL', 'bowl-1', 10);
    const page = await visit('/batches/bowl-1');
    const block = await dialogOf(page, 'Block');
    await block.getByRole('button', { name: 'Block the batch' }).click();
    const said = page.getByText('bowl-1 is blocked');
    await said.waitFor();

    const dialog = await dialogOf(page, 'Change the quantity');
    await dialog.getByText('bowl-1 is blocked').waitFor();
    expect(await said.count()).toBe(1);
    await world.browser.expectAccessible(page);
    const before = dialog.getByRole('button', { name: 'Go back' });
    await tabTo(page, before);
    await tabTo(page, page.getByRole('button', { name: 'Undo' }));
    await page.keyboard.press('Enter');
    await dialog.getByText('Undone').waitFor();
    await before.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Undone').waitFor();
    await expectBatch('bowl-1', { blocked: false });
  });

  it('gives the focus back from the buttons of what was done, or gives it to the page if that is not possible', async () => {
    await register('JUG', 'jug-1', 10);
    const page = await visit('/batches/jug-1');
    const focused = (element: Locator) => element.and(page.locator(':focus')).waitFor();
    const act = async (button: string, action: string) => {
      const dialog = await dialogOf(page, button);
      await dialog.getByRole('button', { name: action }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    const dismiss = page.getByRole('button', { name: 'Dismiss' });

    await act('Block', 'Block the batch');
    const unblock = page.getByRole('button', { name: 'Unblock' });
    await unblock.waitFor();
    await focused(unblock);
    await dismiss.click();
    await dismiss.waitFor({ state: 'detached' });
    await focused(unblock);

    await act('Unblock', 'Unblock the batch');
    const ledger = page.getByRole('link', { name: 'Open in the ledger' });
    await ledger.focus();
    await tabTo(page, page.getByRole('button', { name: 'Undo' }));
    await page.keyboard.press('Enter');
    await page.getByText('Undone').waitFor();
    await page.getByRole('main').locator(':focus').waitFor();
    await dismiss.click();
    await dismiss.waitFor({ state: 'detached' });

    await act('Unblock', 'Unblock the batch');
    await page.evaluate('document.activeElement.blur()');
    await dismiss.click();
    await dismiss.waitFor({ state: 'detached' });
    await focused(page.getByRole('heading', { name: 'jug-1', level: 1 }));
  });

  it('changes who gets the units of a product, and takes it back', async () => {
    await register('TEA', 'tea-1', 10, { bestBefore: day(200) });
    const policy = async () => (await world.earmark.policy.find({ path: { sku: 'TEA' } })).data;
    const before = await policy();
    const page = await visit('/products/TEA');
    const dialog = await dialogOf(page, 'Change the policy');
    await dialog
      .getByLabel('Batches that are available on the same day')
      .selectOption('first expired, first out');
    await dialog.getByLabel('Days that units have to keep').fill('30');
    await dialog.getByRole('button', { name: 'Protect units' }).click();
    await dialog.getByLabel('Channel').fill('shop');
    await dialog.getByLabel('Units', { exact: true }).fill('4');
    await dialog.getByText('No line changes now').waitFor();
    await world.browser.expectAccessible(page);
    await dialog.getByRole('button', { name: 'Change the policy' }).click();
    const shown = page.getByRole('region', { name: 'Policy' });
    await shown.getByText('the last 4 units for shop only').waitFor();
    await shown.getByText('30 days longer than needed').waitFor();
    expect(await policy()).toEqual({
      ...before,
      preference: 'fefo',
      minimumShelfLifeDays: 30,
      protections: [{ channel: 'shop', quantity: 4, until: null }],
    });

    await page.getByRole('button', { name: 'Undo' }).click();
    await shown.getByText('nothing', { exact: true }).waitFor();
    expect(await policy()).toEqual(before);
  });

  it('lists the movements of a batch, and saves them as the API gives them', async () => {
    await register('RUG', 'rug, "red"', 15);
    await order('rug-order', { sku: 'RUG', quantity: 6 });
    await world.earmark.warehouse.adjust({
      path: { adjustmentId: 'rug-moths' },
      body: { batchReference: 'rug, "red"', by: -2, reason: 'moths, and "worse"' },
    });
    const query = { batchReference: 'rug, "red"' };
    // A movement is listed a moment after it was made.
    const items = await eventually('three movements', async () => {
      const { items } = (await world.earmark.movements.list({ query })).data;
      return items.length === 3 && items;
    });

    const page = await visit(`/batches/${encodeURIComponent('rug, "red"')}`);
    await page.getByRole('link', { name: 'Open in the ledger' }).click();
    await page.getByRole('heading', { name: 'Movements', level: 1 }).waitFor();
    const rows = await rowsOf(page, 'Movements');
    expect(rows.map(([, what]) => what)).toEqual(['adjusted', 'promised', 'registered']);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as CSV' }).click(),
    ]);
    await page.getByText(`Saved as ${download.suggestedFilename()}`).waitFor();
    const [head, ...saved] = (await readFile(await download.path(), 'utf8')).trimEnd().split(/\r?\n/);
    const names = parseCsvLine(head!)!.map((name) =>
      name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    );
    expect(saved.map((line) => recordOf(names, parseCsvLine(line)!))).toEqual(
      items.map((item) =>
        Object.fromEntries(Object.entries(item).map(([name, value]) => [name, String(value ?? '')])),
      ),
    );
  });

  it('breaks no rule of the content security policy, and fails in no script', () => {
    expect(world.browser.complaints).toEqual([]);
  });

  it('imports a file: what is wrong in it is shown first, and corrected and sent afterwards', async () => {
    await register('TAKEN', 'import-3', 5);
    const page = await visit('/import');
    const rows = [
      'reference,sku,quantity,eta',
      'import-1,RAIL,40,',
      'import-2,RAIL,many,2099-01-31',
      'import-3,RAIL,10,',
      'import-4,RAIL,60,2099-01-31',
    ];
    await page
      .getByLabel('A CSV or NDJSON file')
      .setInputFiles({ name: 'batches.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) });

    // What is wrong is told at its cell, before anything is sent.
    await page.getByRole('cell', { name: /many.*must be/ }).waitFor();
    expect((await world.earmark.products.list()).data.items.map(({ sku }) => sku)).not.toContain('RAIL');
    await page.getByRole('button', { name: 'Import 3 batches' }).click();
    await page.getByRole('heading', { name: 'Finished' }).waitFor();
    // The button that was pressed is gone.
    const title = page.getByRole('heading', { name: 'batches.csv', level: 1 });
    await title.and(page.locator(':focus')).waitFor();
    await expectBatch('import-1', { sku: 'RAIL', quantity: 40 });
    await expectBatch('import-4', { sku: 'RAIL', quantity: 60 });

    const rejected = (line: string) => page.getByRole('listitem').filter({ hasText: line });
    const invalid = rejected('line 3');
    await invalid.getByRole('button', { name: 'Correct import-2, line 3', exact: true }).click();
    await invalid.getByLabel('quantity').fill('25');
    await invalid.getByRole('button', { name: 'Send again' }).click();
    await invalid.getByText('taken').waitFor();
    await expectBatch('import-2', { sku: 'RAIL', quantity: 25, eta: '2099-01-31' });
    // The service refuses another batch of this reference. Its correction is checked like the file itself.
    const refused = rejected('line 4');
    await refused.getByText('batch-conflict').waitFor();
    await refused.getByRole('button', { name: 'Correct import-3, line 4', exact: true }).click();
    await refused.getByLabel('reference').fill('import-5');
    await refused.getByLabel('quantity').fill('');
    await refused.getByRole('button', { name: 'Send again' }).click();
    await refused.getByText(/must be/).waitFor();
    await refused.getByLabel('quantity').fill('10');
    await refused.getByRole('button', { name: 'Send again' }).click();
    await refused.getByText('taken').waitFor();
    await expectBatch('import-5', { sku: 'RAIL', quantity: 10 });
    expect(await batch('import-3')).toMatchObject({ sku: 'TAKEN', quantity: 5 });
    await page.getByText('0 batches; 2 corrected and taken').waitFor();
  });
});

/** Goes on by the tabulator key until the element has the focus. */
async function tabTo(page: Page, element: Locator): Promise<void> {
  const focused = element.and(page.locator(':focus'));
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await focused.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('The tabulator key does not lead there');
}

/** The texts of the cells of a table, row by row, when it is there. */
async function rowsOf(within: Page | Locator, caption: string): Promise<string[][]> {
  const table = within.getByRole('table', { name: caption, exact: true });
  await table.waitFor();
  const [, ...rows] = await table.getByRole('row').all();
  return Promise.all(
    rows.map(async (row) =>
      (await row.getByRole('cell').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim()),
    ),
  );
}

const recordOf = (names: readonly string[], cells: readonly string[]) =>
  Object.fromEntries(names.map((name, index) => [name, cells[index]]));
