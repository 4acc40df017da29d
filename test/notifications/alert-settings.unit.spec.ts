import { describe, expect, it } from '@jest/globals';
import {
  notificationSettings,
  type NotificationSettings,
} from '../../src/notifications/settings/notification-settings.js';
import { environmentReader } from '../../src/platform/config/environment.js';

const read = (environment: NodeJS.ProcessEnv) => notificationSettings(environmentReader(environment));

const refusalOf = (environment: NodeJS.ProcessEnv): string => {
  try {
    read(environment);
    return '';
  } catch (error) {
    return String(error);
  }
};

describe('The settings of the alerts', () => {
  it('default to mails in a folder, a quiet period of a day and no mail that stock has come', () => {
    expect(read({})).toMatchObject({
      smtpUrl: null,
      alertFrom: 'earmark@localhost',
      alertTo: ['stock@localhost'],
      alertQuietHours: 24,
      alertLostQuietHours: 1,
      alertMailSeconds: 60,
      alertWhenBack: false,
    });
  });

  it.each<[name: string, field: keyof NotificationSettings, value: string, read: unknown]>([
    ['ALERT_WHEN_BACK', 'alertWhenBack', 'on', true],
    ['ALERT_WHEN_BACK', 'alertWhenBack', 'off', false],
    ['ALERT_QUIET_HOURS', 'alertQuietHours', '0', 0],
    ['ALERT_QUIET_HOURS', 'alertQuietHours', '0.5', 0.5],
    ['ALERT_QUIET_HOURS', 'alertQuietHours', '9999', 9_999],
    ['ALERT_FROM', 'alertFrom', 'a@example.com', 'a@example.com'],
    ['SMTP_URL', 'smtpUrl', 'smtp://localhost:1025', 'smtp://localhost:1025'],
    [
      'SMTP_URL',
      'smtpUrl',
      'smtps://user:password@mail.example.com',
      'smtps://user:password@mail.example.com',
    ],
    ['SMTP_URL', 'smtpUrl', ' ', null],
  ])('read %s as %s: %s', (name, field, value, expected) => {
    expect(read({ [name]: value })[field]).toEqual(expected);
  });

  it('name several recipients, each once', () => {
    const { alertTo } = read({ ALERT_TO: 'a@example.com, b@example.com,a@example.com' });
    expect(alertTo).toEqual(['a@example.com', 'b@example.com']);
    expect(read({ ALERT_TO: 'A@example.com,a@EXAMPLE.com' }).alertTo).toEqual(['A@example.com']);
  });

  it.each([
    ['ALERT_TO', 'a@example.com,'],
    ['ALERT_TO', 'a@b,,c@d'],
    ['ALERT_FROM', 'stock'],
    ['ALERT_FROM', 'a@b, c@d'],
    ['ALERT_FROM', 'Stock <a@b>'],
    ['ALERT_QUIET_HOURS', '10000'],
    ['ALERT_QUIET_HOURS', '1.'],
    ['ALERT_QUIET_HOURS', '-1'],
    ['ALERT_QUIET_HOURS', 'a day'],
    ['ALERT_TO', 'a@example.com\u0007'],
    ['ALERT_LOST_QUIET_HOURS', '-1'],
    ['ALERT_MAIL_SECONDS', 'a minute'],
    ['ALERT_MAIL_SECONDS', '86401'],
    ['ALERT_WHEN_BACK', 'yes'],
    ['ALERT_WHEN_BACK', 'true'],
    ['SMTP_URL', 'mail.example.com:25'],
    ['SMTP_URL', 'http://user:hunter2@mail.example.com'],
    ['SMTP_URL', 'smtp://user:hunter2@'],
    ['SMTP_URL', 'smtp:///hunter2'],
    ['SMTP_URL', 'smtp://'],
    ['SMTP_URL', 'smtpx://hunter2'],
    ['SMTP_URL', 'xsmtp://hunter2'],
    ['SMTP_URL', 'hunter2'],
    ['SMTP_URL', 'redis://hunter2'],
  ])(
    'abort the start if they are invalid, with the name of the setting and no secret: %s=%s',
    (name, value) => {
      const refusal = refusalOf({ [name]: value });
      expect(refusal).toContain(name);
      expect(refusal).not.toContain('hunter2');
      expect(refusal).not.toContain('\n');
    },
  );
});
