import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident, Month, OrderLine } from '../month.js';
import { tally } from '../tally.js';
import type { Answer, Api } from './api.js';
import { inParallel } from './in-parallel.js';
import { isLineEvent, LineHistory, lineKey } from './line-history.js';
import type { Run } from './play.js';
import { figure, heading, plural, table } from './text.js';

/** The month in a buyer's words, asked of the service's API after the run. */
export async function summarize(api: Api, month: Month, run: Run, dataDir: string): Promise<string> {
  await allCaughtUp(api);
  const history = new LineHistory();
  for await (const event of api.events()) if (isLineEvent(event)) history.follow(event);
  const stock = await unitsLeft(api);
  const mails = (await readdir(join(dataDir, 'mail'))).filter((name) => name.endsWith('.eml'));
  return [
    heading('Order lines'),
    answers(run),
    heading('Incidents'),
    table(await Promise.all(month.incidents.map((incident) => effectOf(incident, month, history, api)))),
    heading('Left at the end'),
    table([
      ['Units on hand', stock.onHand],
      ['Units inbound', stock.inbound],
      [
        'Alert mails to the buyers',
        mails.length,
        'the first refusal of each shortage, and what was counted since',
      ],
    ]),
    heading('Most often out of stock'),
    shortest(run),
  ].join('\n');
}

const outcomes: readonly [text: string, isMeant: (answer: Answer) => boolean][] = [
  ['Allocated on hand', (answer) => answer.kind === 'allocated' && answer.eta === null],
  ['Allocated on inbound', (answer) => answer.kind === 'allocated' && answer.eta !== null],
  ['Refused, out of stock', ({ kind }) => kind === 'out-of-stock'],
  ['Refused, never sold here', ({ kind }) => kind === 'unknown-sku'],
  ['Refused, changed afterwards', ({ kind }) => kind === 'allocation-conflict'],
  ['Repeated, answered as before', ({ kind }) => kind === 'repeated'],
];

function answers({ told }: Run): string {
  const distinct = new Set(told.map(({ line }) => lineKey(line))).size;
  const rows = outcomes.map(([text, isMeant]) => {
    const lines = told.filter(({ answer }) => isMeant(answer)).length;
    return [text, lines, `${((100 * lines) / told.length).toFixed(1)} %`.padStart(6)];
  });
  return table([['Asked for', told.length, `${figure(distinct)} of them distinct`], ...rows]);
}

async function effectOf(
  { afterLine, reference, quantity, eta }: Incident,
  month: Month,
  history: LineHistory,
  api: Api,
): Promise<string[]> {
  const batch = month.batches.find((bought) => bought.reference === reference);
  const when = `line ${figure(afterLine).padStart(6)}`;
  if (quantity !== null) {
    const moved = plural(history.moved.get(reference) ?? 0, 'line');
    const givenBack = figure(history.givenBack.get(reference) ?? 0);
    const what = `shrank: ${batch?.quantity} → ${quantity} units`;
    return [when, reference, what, `${moved} moved to another batch, ${givenBack} fitted nowhere`];
  }
  const waiting = [...history.standing.values()].filter((line) => line.batchReference === reference);
  let informed = 0;
  await inParallel(waiting, 16, async ({ orderId, sku }) => {
    if ((await api.datesOf(orderId)).get(sku) === eta) informed += 1;
  });
  const what = `late: ${batch?.eta} → ${eta}`;
  return [
    when,
    reference,
    what,
    `${figure(informed)} of ${plural(waiting.length, 'line')} show the new date`,
  ];
}

async function unitsLeft(api: Api): Promise<{ onHand: number; inbound: number }> {
  const units = { onHand: 0, inbound: 0 };
  for await (const { batches } of api.products()) {
    for (const { eta, available } of batches) units[eta === null ? 'onHand' : 'inbound'] += available;
  }
  return units;
}

function shortest({ told }: Run): string {
  const refused = new Map<string, OrderLine>();
  for (const { line, answer } of told) {
    if (answer.kind === 'out-of-stock') refused.set(lineKey(line), line);
    if (answer.kind === 'allocated') refused.delete(lineKey(line));
  }
  const lines = new Map<string, number>();
  const units = new Map<string, number>();
  for (const { sku, quantity } of refused.values()) {
    tally(lines, sku);
    tally(units, sku, quantity);
  }
  const top = [...lines].sort(([, a], [, b]) => b - a).slice(0, 5);
  return table(top.map(([sku, count]) => [sku, count, 'lines', units.get(sku) ?? 0, 'units']));
}

/** Mails and read models follow the log; here everybody waits until nobody is behind. */
async function allCaughtUp(api: Api): Promise<void> {
  const isBehind = async () => (await api.subscriptions()).some(({ lag }) => lag.events > 0);
  const deadline = performance.now() + 30_000;
  while ((await isBehind()) || (await hasUnsentMail(api))) {
    if (performance.now() > deadline) throw new Error('The subscriptions have not caught up within 30 s.');
    await sleep(50);
  }
}

async function hasUnsentMail(api: Api): Promise<boolean> {
  for await (const { state } of api.notifications()) if (state === 'pending') return true;
  return false;
}
