import type { NotificationBody } from '@earmark/client';

export interface Mail {
  readonly id: string;
  /** Null: its alerts wait for the next mail. */
  readonly mailId: string | null;
  /** The alerts in it, the newest first. */
  readonly alerts: readonly [NotificationBody, ...NotificationBody[]];
}

/** Puts the alerts of one mail together; those that wait for a mail are one each. The newest comes first, as in what is given. */
export function mailsOf(alerts: readonly NotificationBody[]): readonly Mail[] {
  const mails = new Map<string, [NotificationBody, ...NotificationBody[]]>();
  for (const alert of alerts) {
    const id = alert.mailId ?? alert.id;
    const mail = mails.get(id);
    if (mail) mail.push(alert);
    else mails.set(id, [alert]);
  }
  return [...mails].map(([id, ofMail]) => ({ id, mailId: ofMail[0].mailId, alerts: ofMail }));
}
