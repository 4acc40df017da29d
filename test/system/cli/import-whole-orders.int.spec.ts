import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QueryBus } from '@nestjs/cqrs';
import { FindOrder } from '../../../src/allocation/queries/find-order.js';
import { RegisterBatch } from '../../../src/batches/commands/register-batch.js';
import type { Application } from '../../support/application.js';
import { runImport, startCliApplication } from '../../support/cli-application.js';

let application: Application;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-orders-'));
  application = await startCliApplication();
  const rows = ['PO-1,LAMP,100,', 'PO-2,RUG,10,', 'PO-3,RUG,10,2031-01-31', 'PO-4,BED,5000,'];
  await importText('batches', 'stock.csv', ['reference,sku,quantity,eta', ...rows, ''].join('\n'));
});
afterAll(async () => {
  await application.close();
  await rm(folder, { recursive: true });
});

async function importText(what: string, name: string, text: string, ...options: string[]) {
  const file = join(folder, name);
  await writeFile(file, text);
  return runImport(application, what, file, ...options);
}

const importOrders = async (name: string, rows: readonly string[], ...options: string[]) => {
  const rejects = join(folder, `rejects of ${name}`);
  const text = [...rows, ''].join('\n');
  const ended = await importText(
    'orders',
    name,
    text,
    '--orders',
    '--rejects',
    rejects,
    '--json',
    ...options,
  );
  const { new: fresh, updated, repeated, rejected } = JSON.parse(ended.stdout) as Record<string, unknown>;
  return {
    code: ended.code,
    counts: { new: fresh, updated, repeated, rejected },
    rejects: (await readFile(rejects, 'utf8')).trimEnd().split('\n').slice(1),
  };
};
const find = (orderId: string) => application.get(QueryBus).execute(new FindOrder(orderId));

describe('An import of whole orders', () => {
  it('makes one order of the rows of each, and counts them as repeated when the file comes again', async () => {
    const rows = ['order_id,sku,quantity', 'w-1,LAMP,2', 'w-1,RUG,1', 'w-2,LAMP,3'];

    expect(await importOrders('first.csv', rows)).toEqual({
      code: 0,
      counts: { new: 3, updated: 0, repeated: 0, rejected: {} },
      rejects: [],
    });
    expect((await importOrders('again.csv', rows)).counts).toMatchObject({ new: 0, updated: 0, repeated: 3 });

    expect(await find('w-1')).toMatchObject({
      state: 'allocated',
      version: expect.stringMatching(/^1-/),
      lines: [
        { sku: 'LAMP', quantity: 2 },
        { sku: 'RUG', quantity: 1 },
      ],
    });
    const actors = "select distinct actor from event_log.event where data ->> 'orderId' = 'w-1'";
    expect(await application.sql(actors)).toEqual([{ actor: 'first.csv' }]);
  });

  it('reads split, needed_by, channel and priority', async () => {
    const header = 'order_id,sku,quantity,split,needed_by,channel,priority';
    const row = 'w-split,RUG,12,true,2031-01-31,web,7';

    expect(await importOrders('split.csv', [header, row])).toMatchObject({ rejects: [] });

    expect(await find('w-split')).toMatchObject({
      channel: 'web',
      priority: 7,
      lines: [{ split: true, neededBy: '2031-01-31', claims: [{ quantity: 9 }, { quantity: 3 }] }],
    });
    const ndjson = { orderId: 'w-json', sku: 'LAMP', quantity: 1, split: false, neededBy: null, priority: 0 };
    expect(await importOrders('split.ndjson', [JSON.stringify(ndjson)])).toMatchObject({ code: 0 });
    expect(await find('w-json')).toMatchObject({ channel: null, priority: 0 });
  });

  it('reads the locations of an order, with a semicolon between two, and lots elsewhere are not for it', async () => {
    for (const [reference, quantity, location] of [
      ['L-1', 5, 'ams'],
      ['L-2', 10, 'rtm'],
      ['L-3', 50, 'lyon'],
    ] as const)
      await application.execute(new RegisterBatch(reference, { sku: 'DESK', quantity, eta: null, location }));
    const header = 'order_id,sku,quantity,locations';

    const { counts, rejects } = await importOrders('places.csv', [
      header,
      'w-at,DESK,7,ams;rtm',
      'w-far,DESK,6,ams;rtm',
      'w-twice,LAMP,1,ams;ams',
      'w-differ,LAMP,1,ams',
      'w-differ,BED,1,ams;rtm',
      'w-any,DESK,6,',
    ]);

    expect(counts).toMatchObject({
      new: 2,
      rejected: { 'out-of-stock': 1, 'validation-failed': 1, 'rows-differ': 2 },
    });
    expect(rejects.find((row) => row.startsWith('w-far'))).toContain(
      'Order w-far cannot have 6 of DESK (5 available).',
    );
    expect(rejects.find((row) => row.startsWith('w-twice'))).toContain(
      'locations must be 1 to 20 different codes, separated by semicolons',
    );
    expect(await find('w-at')).toMatchObject({
      locations: ['ams', 'rtm'],
      lines: [{ claims: [{ batchReference: 'L-2', quantity: 7 }] }],
    });
    expect(await find('w-any')).toMatchObject({
      locations: null,
      lines: [{ claims: [{ batchReference: 'L-3' }] }],
    });
    expect((await importOrders('places again.csv', [header, 'w-at,DESK,7,rtm;ams'])).counts.rejected).toEqual(
      {
        'order-conflict': 1,
      },
    );
  });

  it('rejects all rows of an order of which one line does not fit, and promises none of them', async () => {
    const { counts, rejects } = await importOrders('short.csv', [
      'order_id,sku,quantity,split',
      'w-short,LAMP,1,',
      'w-short,BED,5001,',
      'w-fits,LAMP,1,true',
    ]);

    expect(counts).toEqual({ new: 1, updated: 0, repeated: 0, rejected: { 'out-of-stock': 2 } });
    const message = 'Order w-short cannot have 5001 of BED (5000 available).,';
    expect(rejects).toEqual([
      `w-short,LAMP,1,false,2,out-of-stock,${message}`,
      `w-short,BED,5001,false,3,out-of-stock,${message}`,
    ]);
    await expect(find('w-short')).rejects.toThrow('Order w-short has no allocations.');
  });

  it('writes rejects that are accepted as whole orders when they are corrected', async () => {
    const { rejects } = await importOrders('mend.csv', [
      'order_id,sku,quantity,split,channel',
      'w-mend,LAMP,1,true,web',
      'w-mend,BED,none,,web',
      'w-other,BED,1,,web',
    ]);
    expect(rejects.map((row) => row.split(',').slice(0, 7))).toEqual([
      ['w-mend', 'LAMP', '1', 'true', 'web', '2', 'other-row-invalid'],
      ['w-mend', 'BED', 'none', 'false', 'web', '3', 'validation-failed'],
    ]);

    const corrected = await readFile(join(folder, 'rejects of mend.csv'), 'utf8');
    const again = await importOrders(
      'mended.csv',
      corrected.trimEnd().replace('BED,none', 'BED,1').split('\n'),
    );

    expect(again).toMatchObject({ counts: { new: 2 }, rejects: [] });
    expect(await find('w-mend')).toMatchObject({ lines: [{ sku: 'BED' }, { sku: 'LAMP', split: true }] });
  });

  it('replaces an order that exists with other lines only with --update', async () => {
    const header = 'order_id,sku,quantity';
    await importOrders('old.csv', [header, 'w-old,LAMP,1', 'w-same,LAMP,1']);
    const changed = [header, 'w-old,LAMP,2', 'w-old,BED,1', 'w-same,LAMP,1'];

    const refused = await importOrders('changed.csv', changed);
    expect(refused.counts).toEqual({ new: 0, updated: 0, repeated: 1, rejected: { 'order-conflict': 2 } });
    expect(refused.rejects[0]).toContain('order-conflict,Order w-old exists with other lines or terms.');

    const updated = await importOrders('changed.csv', changed, '--update');
    expect(updated.counts).toEqual({ new: 0, updated: 2, repeated: 1, rejected: {} });
    expect(await find('w-old')).toMatchObject({ lines: [{ sku: 'BED' }, { sku: 'LAMP', quantity: 2 }] });
  });

  it('rejects an order with two lines of a SKU, and one that differs in its channel', async () => {
    const { counts } = await importOrders('odd.csv', [
      'order_id,sku,quantity,channel',
      'w-twice,LAMP,1,',
      'w-twice,LAMP,1,',
      'w-channel,LAMP,1,web',
      'w-channel,BED,1,shop',
    ]);
    expect(counts.rejected).toEqual({ 'duplicate-sku': 2, 'rows-differ': 2 });
  });

  it('promises each of many orders at once or not at all', async () => {
    const orders = Array.from({ length: 3_000 }, (_, i) => [
      `w-many-${i},BED,2`,
      `w-many-${i},LAMP,1`,
    ]).flat();

    const { counts, rejects } = await importOrders('many.csv', ['order_id,sku,quantity', ...orders]);

    const accepted = counts.new as number;
    expect(accepted).toBeGreaterThan(0);
    expect(rejects).toHaveLength(6_000 - accepted);
    const [row] = await application.sql<{ orders: number; lines: number; halves: number }>(
      `select count(*)::int as orders, sum(count)::int as lines, count(*) filter (where count <> 2)::int as halves
         from (select count(*) from allocation.line where order_id like 'w-many-%' group by order_id) as order_lines`,
    );
    expect(row).toEqual({ orders: accepted / 2, lines: accepted, halves: 0 });
  });

  it('takes the columns of whole orders, and --update, with --orders only', async () => {
    const text = 'order_id,sku,quantity,split\nw-flag,LAMP,1,true\n';
    expect(await importText('orders', 'flag.csv', text)).toMatchObject({
      code: 1,
      stderr: 'The first line must name the columns order_id,sku,quantity: split is unknown.\n',
    });
    expect(await importText('orders', 'flag.csv', text, '--update')).toMatchObject({
      code: 1,
      stderr: '--update needs --orders: single order lines are not replaced.\n',
    });
  });
});
