import { allocationSettings, type AllocationSettings } from './allocation/settings/allocation-settings.js';
import { ledgerSettings, type LedgerSettings } from './ledger/settings/ledger-settings.js';
import {
  notificationSettings,
  type NotificationSettings,
} from './notifications/settings/notification-settings.js';
import { environmentReader } from './platform/config/environment.js';
import { platformSettings, type Settings } from './platform/config/settings.js';
import { webhookSettings, type WebhookSettings } from './webhooks/settings/webhook-settings.js';

/** The platform's settings and those that features declare. */
export type AllSettings = Settings &
  AllocationSettings &
  NotificationSettings &
  LedgerSettings &
  WebhookSettings;

/**
 * Reads all settings from the environment, and from a file `.env` in the working directory if there is one.
 * @throws {InvalidSetting}
 */
export function readAllSettings(environment?: NodeJS.ProcessEnv): AllSettings {
  const set = environmentReader(environment);
  return {
    ...platformSettings(set),
    ...allocationSettings(set),
    ...notificationSettings(set),
    ...ledgerSettings(set),
    ...webhookSettings(set),
  };
}

/** What is configured besides the defaults, for `GET /v1/info`. It has no value of a setting, which may be a secret. */
export function configuredParts(settings: AllSettings) {
  const { telemetry } = settings;
  return {
    tokens: settings.oidc !== null,
    redis: settings.redisUrl !== null,
    jetstream: settings.natsUrl !== null,
    mailServer: settings.smtpUrl !== null,
    replicas: settings.databaseReplicaUrls.length > 0,
    retention: settings.retentionDays !== null,
    rateLimit: settings.rateLimit !== null,
    traces: telemetry.sendsTraces,
    metrics: telemetry.sendsMetrics,
  };
}
