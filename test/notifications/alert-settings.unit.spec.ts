import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/platform/config/settings.js';

const refusalOf = (environment: NodeJS.ProcessEnv): string => {
  try {
    readSettings(environment);
    return '';
  } catch (error) {
    return String(error);
  }
};

describe('the settings of the alerts', () => {
  it('leave mails in a folder, a day of peace, and no mail that stock has come, unless they say otherwise', () => {
    expect(readSettings({})).toMatchObject({
      smtpUrl: null,
      alertFrom: 'earmark@localhost',
      alertTo: ['stock@localhost'],
      alertQuietHours: 24,
      alertLostQuietHours: 1,
      alertMailSeconds: 60,
      alertWhenBack: false,
    });
  });

  it('name several recipients, each once', () => {
    const { alertTo } = readSettings({ ALERT_TO: 'a@example.com, b@example.com,a@example.com' });
    expect(alertTo).toEqual(['a@example.com', 'b@example.com']);
    expect(readSettings({ ALERT_TO: 'A@example.com,a@EXAMPLE.com' }).alertTo).toEqual(['A@example.com']);
  });

  it.each([
    ['ALERT_TO', 'a@example.com,'],
    ['ALERT_QUIET_HOURS', '-1'],
    ['ALERT_QUIET_HOURS', 'a day'],
    ['ALERT_TO', 'a@example.com\u0007'],
    ['ALERT_LOST_QUIET_HOURS', '-1'],
    ['ALERT_MAIL_SECONDS', 'a minute'],
    ['ALERT_MAIL_SECONDS', '86401'],
    ['ALERT_WHEN_BACK', 'yes'],
    ['SMTP_URL', 'mail.example.com:25'],
    ['SMTP_URL', 'http://user:hunter2@mail.example.com'],
    ['SMTP_URL', 'smtp://user:hunter2@'],
  ])('stop the start where they make no sense, naming the setting and no secret: %s=%s', (name, value) => {
    const refusal = refusalOf({ [name]: value });
    expect(refusal).toContain(name);
    expect(refusal).not.toContain('hunter2');
    expect(refusal).not.toContain('\n');
  });
});
