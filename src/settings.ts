import { allocationSettings, type AllocationSettings } from './allocation/settings/allocation-settings.js';
import {
  notificationSettings,
  type NotificationSettings,
} from './notifications/settings/notification-settings.js';
import { environmentReader } from './platform/config/environment.js';
import { platformSettings, type Settings } from './platform/config/settings.js';

/** The platform's settings and those that features declare. */
export type AllSettings = Settings & AllocationSettings & NotificationSettings;

/**
 * Reads all settings from the environment, and from a file `.env` in the working directory if there is one.
 * @throws {InvalidSetting}
 */
export function readAllSettings(environment?: NodeJS.ProcessEnv): AllSettings {
  const set = environmentReader(environment);
  return { ...platformSettings(set), ...allocationSettings(set), ...notificationSettings(set) };
}
