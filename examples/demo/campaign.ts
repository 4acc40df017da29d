import type { Api, CampaignOrder, ReallocatedLine } from './api.js';
import { inParallel } from './in-parallel.js';
import { heading, plural, table } from './text.js';

const SKU = 'VELVET-ARMCHAIR';
const ON_HAND = { reference: 'PO-CAMPAIGN-1', sku: SKU, quantity: 60, eta: null };
const SHIP = 'PO-CAMPAIGN-2';
const CUSTOMERS = 32;
const SHOWN = 5;

/** Who orders, in this order: those who matter most come last. */
const CROWD = [
  { channel: 'outlet', orders: 60 },
  { channel: 'web', orders: 60 },
  { channel: 'vip', orders: 30 },
] as const;

/** Important customers first, the shop keeps what it has, and the outlet gives way. */
const SEGMENTS = [
  { match: { channel: 'vip' }, strategy: 'win' },
  { match: { channel: 'web' }, strategy: 'gain' },
  { match: { channel: 'outlet' }, strategy: 'lose' },
] as const;

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/**
 * A day on which everybody wants the same article: many wait, the ship is late, and a planner decides who gets theirs.
 * @returns what happened, in a planner's words
 */
export async function playCampaign(api: Api): Promise<string> {
  const [due, late] = [inDays(30), inDays(44)];
  await api.register(ON_HAND);
  await api.register({ reference: SHIP, sku: SKU, quantity: 60, eta: due });
  const orders = CROWD.flatMap(({ channel, orders }) =>
    Array.from({ length: orders }, (_, i): CampaignOrder => {
      return {
        orderId: `${channel}-${String(i + 1).padStart(2, '0')}`,
        sku: SKU,
        quantity: 1 + (i % 2),
        channel,
      };
    }),
  );
  for (const { channel } of CROWD)
    await inParallel(
      orders.filter((order) => order.channel === channel),
      CUSTOMERS,
      (order) => api.orderOrWait(order),
    );
  const waiting = await api.countWaiting(SKU);
  await api.change({ reference: SHIP, quantity: null, eta: late });

  const expected = await api.reallocate(SKU, SEGMENTS, true);
  const done = await api.reallocate(SKU, SEGMENTS, false);
  const isAsExpected = JSON.stringify(expected) === JSON.stringify(done);
  const lost = done.filter(({ outcome }) => outcome === 'backordered' || outcome === 'later');
  const why = await Promise.all(lost.slice(0, SHOWN).map(({ orderId }) => api.reasonOf(orderId)));
  const count = (...outcomes: string[]) => done.filter(({ outcome }) => outcomes.includes(outcome)).length;
  return [
    heading(`A campaign day: everybody wants the ${SKU}`),
    table([
      ['Orders', orders.length, `${waiting} of them waited for units`],
      [`Ship ${SHIP} late`, '', `${due} → ${late}`],
      ['Won by the run', count('gained', 'earlier'), 'have units, or have them earlier'],
      ['Lost by the run', lost.length, 'wait, or get theirs later'],
      ['Simulated before', '', isAsExpected ? 'with the same answer' : 'WITH ANOTHER ANSWER'],
      ['Still waiting', await api.countWaiting(SKU), ''],
    ]),
    heading('Who lost, and why'),
    table(
      lost
        .slice(0, SHOWN)
        .map((line, i) => [line.orderId, placeOf(line.before), '→', placeOf(line.after), why[i]!]),
    ),
    ...(lost.length > SHOWN ? [`  and ${plural(lost.length - SHOWN, 'other')}`] : []),
  ].join('\n');
}

function placeOf(place: ReallocatedLine['before']): string {
  if (!place) return 'waits';
  return `${place.quantity} of ${place.batchReference}${place.eta === null ? '' : ` on ${place.eta}`}`;
}
