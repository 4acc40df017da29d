import type { OrderBody, OrderedLineBody } from '@earmark/client';
import { Badge, type Tone } from '../../ui/badge.js';

export type OrderState = OrderBody['state'];
type LineState = OrderedLineBody['state'];

export const ORDER_STATES: Readonly<Record<OrderState, { readonly name: string; readonly tone: Tone }>> = {
  held: { name: 'held', tone: 'info' },
  expired: { name: 'hold ended', tone: 'neutral' },
  allocated: { name: 'allocated', tone: 'good' },
  'partly-allocated': { name: 'partly allocated', tone: 'warn' },
  backordered: { name: 'backordered', tone: 'warn' },
  'partly-shipped': { name: 'partly shipped', tone: 'accent' },
  shipped: { name: 'shipped', tone: 'neutral' },
  cancelled: { name: 'cancelled', tone: 'neutral' },
};

const LINE_STATES: Readonly<Record<LineState, { readonly name: string; readonly tone: Tone }>> = {
  held: { name: 'held', tone: 'info' },
  allocated: { name: 'allocated', tone: 'good' },
  backordered: { name: 'waits', tone: 'warn' },
  refused: { name: 'short', tone: 'bad' },
  shipped: { name: 'shipped', tone: 'neutral' },
};

export function OrderStateBadge({ state }: { readonly state: OrderState }) {
  const { name, tone } = ORDER_STATES[state];
  return <Badge tone={tone}>{name}</Badge>;
}

export function LineStateBadge({ state }: { readonly state: LineState }) {
  const { name, tone } = LINE_STATES[state];
  return <Badge tone={tone}>{name}</Badge>;
}
