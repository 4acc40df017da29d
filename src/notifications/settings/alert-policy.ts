import type { Settings } from '../../platform/config/settings.js';
import type { AlertPolicy } from '../domain/alert-policy.js';

/** The token under which the policy is injected. */
export const ALERT_POLICY = Symbol('alert policy');

const HOUR_MS = 3_600_000;

export function alertPolicy({ alertQuietHours, alertLostQuietHours, alertWhenBack }: Settings): AlertPolicy {
  return {
    quietPeriodMs: alertQuietHours * HOUR_MS,
    notifiesOnRestock: alertWhenBack,
    lostPromiseQuietPeriodMs: alertLostQuietHours * HOUR_MS,
  };
}
