import { wholeNumberOrOff, type SettingReader } from '../../platform/config/setting-parsers.js';

/** How the ledger is checked. `.env.example` says what each setting means. */
export interface LedgerSettings {
  /** From the end of a check to the next one; null: it is never checked by itself. */
  readonly integrityHours: number | null;
}

/** The token under which they are injected. */
export const LEDGER_SETTINGS = Symbol('ledger settings');

/** @throws {InvalidSetting} */
export function ledgerSettings(set: SettingReader): LedgerSettings {
  return {
    integrityHours: wholeNumberOrOff(set, 'INTEGRITY_HOURS', '24', 1, 720, 'a number of hours'),
  };
}
