import type { DeliveryBody, WebhookBody } from '@earmark/client';
import { counted } from '../../ui/numbers.js';

type Tone = 'good' | 'neutral' | 'warn' | 'bad' | 'info';

export interface Standing {
  readonly name: string;
  readonly tone: Tone;
  /** What it means, in a sentence. */
  readonly says: string;
}

const DISABLED: Readonly<Record<NonNullable<WebhookBody['disabledReason']>, string>> = {
  requested: 'It was disabled on request. What happens meanwhile is sent once it is enabled.',
  gone: 'Its receiver has answered 410 Gone.',
  exhausted: 'An event has used up its attempts, and nothing had arrived since the first of them.',
};

/** How a webhook is, the most pressing first. */
export function standingOf({
  enabled,
  disabledReason,
  failingSince,
  pausedUntil,
  replaying,
}: Pick<WebhookBody, 'enabled' | 'disabledReason' | 'failingSince' | 'pausedUntil' | 'replaying'>): Standing {
  if (!enabled)
    return {
      name: 'disabled',
      tone: disabledReason === 'requested' ? 'neutral' : 'bad',
      says: DISABLED[disabledReason ?? 'requested'],
    };
  if (failingSince !== null)
    return {
      name: 'failing',
      tone: 'bad',
      says: 'No attempt has succeeded lately; it is tried again by itself.',
    };
  if (pausedUntil !== null) return { name: 'paused', tone: 'warn', says: 'Its receiver has asked to wait.' };
  if (replaying !== null)
    return {
      name: 'replaying',
      tone: 'info',
      says: 'Earlier events are sent again; later ones wait for that.',
    };
  return { name: 'enabled', tone: 'good', says: 'Every event of its types and SKUs is sent to it.' };
}

export const typesText = (types: readonly string[]): string =>
  types.includes('*') ? 'all types' : types.length <= 2 ? types.join(', ') : counted(types.length, 'type');

export const skusText = (skus: readonly string[] | null): string =>
  skus === null ? 'all SKUs' : skus.length <= 2 ? skus.join(', ') : counted(skus.length, 'SKU');

export const DELIVERY_TONES: Readonly<Record<DeliveryBody['state'], Tone>> = {
  pending: 'info',
  delivered: 'good',
  failed: 'bad',
};

/** One SKU a line, as they are typed. */
export function skusOf(text: string): string[] | null {
  const skus = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return skus.length === 0 ? null : [...new Set(skus)];
}
