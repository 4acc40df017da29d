import { wholeNumber, type SettingReader } from '../../platform/config/setting-parsers.js';

/** How orders are allocated. `.env.example` says what each setting means. */
export interface AllocationSettings {
  /** How long a hold may last from its first creation, however often it is extended. */
  readonly holdMaxSeconds: number;
}

/** The token under which they are injected. */
export const ALLOCATION_SETTINGS = Symbol('allocation settings');

/** @throws {InvalidSetting} */
export function allocationSettings(set: SettingReader): AllocationSettings {
  return {
    holdMaxSeconds: wholeNumber(set, 'HOLD_MAX_SECONDS', '86400', 10, 2_592_000, 'a number of seconds'),
  };
}
