import { formatArrival } from '../../platform/cli/format-dates.js';
import { instant, table } from '../../platform/cli/print.js';
import type { LineAnswer, OrderAnswer } from '../queries/order-answer.js';

/** An order for people: a sentence about it, its lines, and why lines were left out. */
export function formatOrder(order: OrderAnswer): string {
  const rows = order.lines.map((line) => [
    line.sku,
    line.quantity,
    line.state,
    line.claims.map(formatClaim).join(', '),
    formatExpected(line),
  ]);
  return [
    `${sentenceOn(order)}.`,
    ...(rows.length > 0 ? [table(['sku', 'quantity', 'state', 'batches', 'expected'], rows)] : []),
    ...order.lines.flatMap(refusalOf),
  ].join('\n');
}

function sentenceOn(order: OrderAnswer): string {
  const { orderId, state, expiresAt, channel, priority, locations, shipComplete } = order;
  const ends =
    expiresAt === null ? '' : ` ${state === 'expired' ? 'since' : 'until'} ${instant(new Date(expiresAt))}`;
  const terms = [
    `priority ${priority}`,
    ...(channel === null ? [] : [`channel ${channel}`]),
    ...(locations === null ? [] : [`from ${locations.join(', ')}`]),
    ...(shipComplete ? ['shipped only as a whole'] : []),
  ];
  return `Order ${orderId} is ${state.replace('-', ' ')}${ends} (${terms.join(', ')})`;
}

const formatClaim = ({ batchReference, quantity }: LineAnswer['claims'][number]): string =>
  `${batchReference} (${quantity})`;

function formatExpected({ claims, overdue, expectedDate }: LineAnswer): string {
  if (claims.length === 0) return '';
  return overdue ? 'overdue' : formatArrival(expectedDate);
}

function refusalOf({ sku, refusal }: LineAnswer): string[] {
  if (!refusal) return [];
  const { requested, available, earliest } = refusal;
  const later = earliest === null ? '' : `, all ${requested} on ${earliest}`;
  return [`${requested} of ${sku} did not fit: ${available} available${later}.`];
}
