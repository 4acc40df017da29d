import type { Settings } from '../shared/config/settings.js';
import type { AlertPolicy } from './domain/shortage.js';

/** The token under which the policy is injected. */
export const ALERT_POLICY = Symbol('alert policy');

export function alertPolicy({ alertQuietHours, alertWhenBack }: Settings): AlertPolicy {
  return { quietMs: alertQuietHours * 3_600_000, tellsWhenBack: alertWhenBack };
}
