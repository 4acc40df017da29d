import {
  hours,
  mailAddress,
  mailAddresses,
  oneOf,
  serverUrl,
  wholeNumber,
  type SettingReader,
} from '../../platform/config/setting-parsers.js';
import type { AlertPolicy } from '../domain/alert-policy.js';

/** How mails are sent, to whom, and how many. `.env.example` says what each setting means. */
export interface NotificationSettings {
  /** May hold a password. null: mails are left in the data directory. */
  readonly smtpUrl: string | null;
  readonly alertFrom: string;
  /** Each gets a mail of their own. */
  readonly alertTo: readonly string[];
  /** For how many hours after an alert further refusals of a SKU are counted only. */
  readonly alertQuietHours: number;
  /** For how many hours after an alert further lost promises of a batch are collected. */
  readonly alertLostQuietHours: number;
  /** A recipient gets at most one mail in so many seconds. */
  readonly alertMailSeconds: number;
  readonly alertWhenBack: boolean;
}

/** The token under which they are injected. */
export const NOTIFICATION_SETTINGS = Symbol('notification settings');

/** The token under which the policy is injected. */
export const ALERT_POLICY = Symbol('alert policy');

const HOUR_MS = 3_600_000;

/** @throws {InvalidSetting} */
export function notificationSettings(set: SettingReader): NotificationSettings {
  return {
    smtpUrl: serverUrl(set, 'SMTP_URL', /^smtps?:$/, 'smtp://user:password@mail.example.com:587'),
    alertFrom: mailAddress(set, 'ALERT_FROM', 'earmark@localhost'),
    alertTo: mailAddresses(set, 'ALERT_TO', 'stock@localhost'),
    alertQuietHours: hours(set, 'ALERT_QUIET_HOURS', '24'),
    alertLostQuietHours: hours(set, 'ALERT_LOST_QUIET_HOURS', '1'),
    alertMailSeconds: wholeNumber(set, 'ALERT_MAIL_SECONDS', '60', 0, 86_400, 'a number of seconds'),
    alertWhenBack: oneOf(set, 'ALERT_WHEN_BACK', 'off', ['on', 'off']) === 'on',
  };
}

export function alertPolicy(settings: NotificationSettings): AlertPolicy {
  return {
    quietPeriodMs: settings.alertQuietHours * HOUR_MS,
    notifiesOnRestock: settings.alertWhenBack,
    lostPromiseQuietPeriodMs: settings.alertLostQuietHours * HOUR_MS,
  };
}
