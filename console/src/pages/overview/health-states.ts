import type {
  DeadLetterPageBody,
  FeaturesBody,
  IntegrityBody,
  NotificationBody,
  SubscriptionsBody,
  WebhookBody,
} from '@earmark/client';
import { counted } from '../../ui/numbers.js';

/** Whether a part of the service is well, and how it is, in a few words. */
export interface Health {
  readonly state: 'good' | 'warn' | 'bad' | 'neutral';
  readonly says: string;
}

/** @param why the service is not ready; null: it is */
export const databaseHealth = (why: string | null): Health =>
  why === null ? { state: 'good', says: 'Takes writes' } : { state: 'bad', says: why };

/** Behind by so much, a subscription needs a look. */
const SLOW_SECONDS = 10;

export function subscriptionHealth({ items }: SubscriptionsBody): Health {
  const parked = items.reduce((sum, each) => sum + each.parked, 0);
  const slowest = items.reduce((a, b) => (b.lag.seconds > a.lag.seconds ? b : a), items[0]!);
  if (parked > 0)
    return {
      state: 'bad',
      says: `${counted(parked, 'event is', 'events are')} parked and ${parked === 1 ? 'waits' : 'wait'} for an operator`,
    };
  if (slowest && slowest.lag.seconds >= SLOW_SECONDS)
    return {
      state: 'warn',
      says: `${slowest.name} is ${counted(Math.round(slowest.lag.seconds), 'second')} behind (${counted(slowest.lag.events, 'event')})`,
    };
  return { state: 'good', says: `All ${items.length} are up to date` };
}

/** @param deadLetters undefined if the caller may not see them */
export function brokerHealth(
  { redis, jetstream }: Pick<FeaturesBody, 'redis' | 'jetstream'>,
  deadLetters: DeadLetterPageBody | undefined,
): Health {
  const names = [redis && 'Redis', jetstream && 'JetStream'].filter(Boolean).join(' and ');
  const count = deadLetters?.items.length ?? 0;
  const more = deadLetters?.next == null ? '' : 'more than ';
  if (count > 0) return { state: 'bad', says: `${more}${counted(count, 'message')} could not be applied` };
  return names === '' ? { state: 'neutral', says: 'None is configured' } : { state: 'good', says: names };
}

export function mailHealth(
  isServer: boolean,
  notifications: readonly Pick<NotificationBody, 'state' | 'attempts'>[],
): Health {
  const refused = notifications.filter(({ state }) => state === 'refused').length;
  const failing = notifications.filter(({ state, attempts }) => state === 'pending' && attempts > 0).length;
  if (failing > 0) return { state: 'bad', says: `${counted(failing, 'mail')} could not be sent yet` };
  if (refused > 0) return { state: 'warn', says: `${counted(refused, 'mail was', 'mails were')} refused` };
  return {
    state: isServer ? 'good' : 'neutral',
    says: isServer ? 'The newest mails are sent' : 'Mails are written to files: no mail server is configured',
  };
}

type Webhook = Pick<WebhookBody, 'enabled' | 'disabledReason' | 'failingSince' | 'pausedUntil'>;

export function webhookHealth(webhooks: readonly Webhook[]): Health {
  const ended = webhooks.filter(
    ({ enabled, disabledReason }) => !enabled && disabledReason !== 'requested',
  ).length;
  const failing = webhooks.filter(
    ({ enabled, failingSince, pausedUntil }) => enabled && (failingSince ?? pausedUntil) !== null,
  ).length;
  if (ended > 0)
    return { state: 'bad', says: `${counted(ended, 'was', 'were')} switched off after failures` };
  if (failing > 0)
    return {
      state: 'bad',
      says: `${counted(failing, 'fails', 'fail')} or ${failing === 1 ? 'pauses' : 'pause'}`,
    };
  if (webhooks.length === 0) return { state: 'neutral', says: 'None is set up' };
  return { state: 'good', says: counted(webhooks.length, 'delivers', 'deliver') };
}

export function integrityHealth({ products, unsettled, differences }: IntegrityBody): Health {
  if (differences.length > 0) return { state: 'bad', says: counted(differences.length, 'difference') };
  const rest = unsettled > 0 ? `; ${counted(unsettled, 'other')} changed just then` : '';
  return { state: 'good', says: `No difference in ${counted(products, 'product')}${rest}` };
}
