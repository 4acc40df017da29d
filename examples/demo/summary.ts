import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident, Month } from '../month.js';
import { tally } from '../tally.js';
import type { Api, OrderOutcome } from './api.js';
import { ClaimHistory, isClaimEvent } from './claim-history.js';
import { inParallel } from './in-parallel.js';
import type { Run, Told } from './play.js';
import { figure, heading, plural, table } from './text.js';

/** The month in a buyer's words, asked of the service's API after the run. */
export async function summarize(api: Api, month: Month, run: Run, dataDir: string): Promise<string> {
  await allCaughtUp(api);
  const history = new ClaimHistory();
  for await (const event of api.events()) if (isClaimEvent(event)) history.follow(event);
  const stock = await unitsLeft(api);
  // There is no such folder before the first mail.
  const files = await readdir(join(dataDir, 'mail')).catch(() => []);
  const mails = files.filter((name) => name.endsWith('.eml'));
  return [
    heading('Orders'),
    outcomesOf(run, history),
    heading('Warehouse'),
    goodsOf(run),
    ...(month.incidents.length > 0 ? [heading('Incidents'), await incidentsOf(api, month, history)] : []),
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
    ...(run.told.some(({ outcome }) => outcome.kind === 'out-of-stock')
      ? [heading('Most often out of stock'), shortest(run)]
      : []),
  ].join('\n');
}

const isAccepted = (outcome: OrderOutcome, state: 'whole' | 'in part') =>
  outcome.kind === 'accepted' &&
  outcome.isNew &&
  outcome.order.lines.some((line) => line.state === 'refused') === (state === 'in part');

const outcomes: readonly [text: string, isMeant: (told: Told) => boolean][] = [
  ['Promised whole', ({ outcome }) => isAccepted(outcome, 'whole')],
  ['Promised without the lines that were short', ({ outcome }) => isAccepted(outcome, 'in part')],
  ['Refused, out of stock', ({ outcome }) => outcome.kind === 'out-of-stock'],
  ['Refused, never sold here', ({ outcome }) => outcome.kind === 'unknown-sku'],
  ['Refused, has left already', ({ outcome }) => outcome.kind === 'already-shipped'],
  ['Refused, firm and no hold again', ({ outcome }) => outcome.kind === 'order-firm'],
  ['Repeated or changed', ({ outcome }) => outcome.kind === 'accepted' && !outcome.isNew],
];

function outcomesOf({ told, confirmed }: Run, history: ClaimHistory): string {
  const distinct = new Set(told.map(({ order }) => order.orderId)).size;
  const lines = told.reduce((sum, { order }) => sum + order.lines.length, 0);
  const rows = outcomes.map(([text, isMeant]) => {
    const orders = told.filter(isMeant).length;
    return [text, orders, `${((100 * orders) / told.length).toFixed(1)} %`.padStart(6)];
  });
  return table([
    ['Calls', told.length, `${figure(distinct)} orders, ${figure(lines)} lines`],
    ...rows,
    ['Holds that were confirmed', confirmed, ''],
    ['Lines of holds that ended by themselves', history.expired.size, ''],
  ]);
}

function goodsOf({ receipts, overReceived, shipments, cancelledShipments, returnedUnits }: Run): string {
  const units = shipments.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0);
  return table([
    ['Receipts', receipts, `${plural(overReceived, 'unit')} more than were bought`],
    ['Shipments', shipments.length, plural(units, 'unit')],
    ['Shipments cancelled, and sent again', cancelledShipments, ''],
    ['Units that came back', returnedUnits, ''],
  ]);
}

async function incidentsOf(api: Api, month: Month, history: ClaimHistory): Promise<string> {
  return table(await Promise.all(month.incidents.map((incident) => effectOf(incident, month, history, api))));
}

async function effectOf(
  { afterLine, reference, quantity, eta }: Incident,
  month: Month,
  history: ClaimHistory,
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
  const waiting = [...history.standing].filter(([, units]) => units.has(reference));
  let informed = 0;
  await inParallel(waiting, 16, async ([key]) => {
    const [orderId = '', sku] = key.split(' ');
    const { lines } = await api.order(orderId);
    if (lines.find((line) => line.sku === sku)?.expectedDate === eta) informed += 1;
  });
  const what = `late: ${batch?.eta} → ${eta}`;
  const lines = plural(waiting.length, 'line');
  return [when, reference, what, `${figure(informed)} of ${lines} that wait for it show the new date`];
}

async function unitsLeft(api: Api): Promise<{ onHand: number; inbound: number }> {
  const units = { onHand: 0, inbound: 0 };
  for await (const product of api.products()) {
    units.onHand += product.onHand;
    units.inbound += product.inbound;
  }
  return units;
}

function shortest({ told }: Run): string {
  const refused = new Map<string, { sku: string; requested: number }>();
  for (const { order, outcome } of told) {
    if (outcome.kind !== 'out-of-stock') continue;
    for (const line of outcome.short) refused.set(`${order.orderId} ${line.sku}`, line);
  }
  const lines = new Map<string, number>();
  const units = new Map<string, number>();
  for (const { sku, requested } of refused.values()) {
    tally(lines, sku);
    tally(units, sku, requested);
  }
  const top = [...lines].sort(([, a], [, b]) => b - a).slice(0, 5);
  return table(top.map(([sku, count]) => [sku, count, 'lines', units.get(sku) ?? 0, 'units']));
}

/** Mails, read models and the end of holds follow; here everybody waits until nobody is behind. */
async function allCaughtUp(api: Api): Promise<void> {
  const isBehind = async () => (await api.subscriptions()).some(({ lag }) => lag.events > 0);
  const deadline = performance.now() + 60_000;
  while ((await api.hasHolds()) || (await isBehind()) || (await hasUnsentMail(api))) {
    if (performance.now() > deadline) throw new Error('The service has not caught up within a minute.');
    await sleep(100);
  }
}

async function hasUnsentMail(api: Api): Promise<boolean> {
  for await (const { state } of api.notifications()) if (state === 'pending') return true;
  return false;
}
