import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { NOTIFICATION_SETTINGS, type NotificationSettings } from '../settings/notification-settings.js';
import { digestOf, type AlertText } from '../domain/digest.js';

/** The advisory lock of the instance that puts alerts into mails. */
const COMPOSE_LOCK = 0x6d61_696d;

/** The most alerts in one mail; the rest go into the next one. */
const LARGEST_DIGEST = 10_000;

/** An alert that is in no mail yet. One that is due in the future is being sent by an earlier release. */
const WAITS = `state = 'pending' and mail_id is null
               and (next_attempt_at <= now() or next_attempt_at = 'infinity')`;

/** A mail that only this instance sends until its lease ends. */
export interface ClaimedMail {
  /** The same at every attempt. */
  readonly id: string;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  readonly createdAt: Date;
  /** This one included. */
  readonly attempts: number;
}

/**
 * Puts the alerts that wait for a recipient into one mail, and hands out mails to send. A recipient has at most one unsent
 * mail, and gets the next one no sooner than `ALERT_MAIL_SECONDS` after it. The database keeps both, so this holds for
 * all instances together.
 */
@Injectable()
export class MailQueue {
  readonly #dataSource: DataSource;
  readonly #secondsBetween: number;

  constructor(
    dataSource: DataSource,
    @Inject(NOTIFICATION_SETTINGS) { alertMailSeconds }: NotificationSettings,
  ) {
    this.#dataSource = dataSource;
    this.#secondsBetween = alertMailSeconds;
  }

  /** Makes a mail for each recipient who has waiting alerts and may get a mail now. */
  async compose(): Promise<void> {
    if ((await this.#dueRecipients(this.#dataSource.manager)).length === 0) return;
    await this.#dataSource.transaction(async (manager) => {
      const [lock] = await manager.query<[{ isOurs: boolean }]>(
        'select pg_try_advisory_xact_lock($1) as "isOurs"',
        [COMPOSE_LOCK],
      );
      if (!lock.isOurs) return;
      // Read again under the lock: another instance may have composed them in the meantime.
      for (const recipient of await this.#dueRecipients(manager)) await composeFor(manager, recipient);
    });
  }

  /** Takes the mails that have been due for longest; another instance may take them when the lease is over. */
  async claim(count: number, leaseMs: number): Promise<ClaimedMail[]> {
    return this.#dataSource.query<ClaimedMail[]>(
      `with due as materialized (
         select id from notifications.mail
          where state = 'pending' and next_attempt_at <= now()
          order by next_attempt_at, id limit $1 for update skip locked
       ), claimed as (
         update notifications.mail as mail
            set attempts = attempts + 1, next_attempt_at = now() + $2 * interval '1 millisecond'
           from due where mail.id = due.id
         returning mail.*
       )
       select id, recipient, subject, body, created_at as "createdAt", attempts from claimed order by created_at`,
      [count, leaseMs],
    );
  }

  /** The mail is sent, even if another instance holds the lease by now. */
  async sent({ id }: ClaimedMail): Promise<void> {
    await this.#dataSource.query(
      `with mail as (
         update notifications.mail set state = 'sent', ended_at = clock_timestamp(), next_attempt_at = null, error = null
          where id = $1 and state <> 'sent' returning *
       )
       update notifications.notification as alert
          set state = 'sent', sent_at = mail.ended_at, next_attempt_at = null, attempts = mail.attempts, error = null
         from mail where alert.position = any(mail.alerts)`,
      [id],
    );
  }

  async delayed({ id, attempts }: ClaimedMail, pauseMs: number, error: string): Promise<void> {
    await this.#dataSource.query(
      `update notifications.mail
          set next_attempt_at = now() + $3 * interval '1 millisecond', error = $4
        where id = $1 and attempts = $2 and state = 'pending'`,
      [id, attempts, pauseMs, error],
    );
  }

  /** The server will never take the mail: it is kept with the server's answer. */
  async refused({ id, attempts }: ClaimedMail, error: string): Promise<void> {
    await this.#dataSource.query(
      `with mail as (
         update notifications.mail
            set state = 'refused', ended_at = clock_timestamp(), next_attempt_at = null, error = $3
          where id = $1 and attempts = $2 and state = 'pending' returning *
       )
       update notifications.notification as alert
          set state = 'refused', next_attempt_at = null, attempts = mail.attempts, error = mail.error
         from mail where alert.position = any(mail.alerts)`,
      [id, attempts, error],
    );
  }

  /** In lower case: two spellings of an address are one recipient. */
  async #dueRecipients(manager: EntityManager): Promise<string[]> {
    const rows = await manager.query<{ recipient: string }[]>(
      `with waiting as materialized (
         select distinct lower(recipient) as recipient from notifications.notification where ${WAITS}
       )
       select recipient from waiting
        where not exists (
          select from notifications.mail
           where lower(mail.recipient) = waiting.recipient
             and (mail.state = 'pending' or mail.ended_at > now() - $1 * interval '1 second'))`,
      [this.#secondsBetween],
    );
    return rows.map(({ recipient }) => recipient);
  }
}

/** The mail has the id of its first alert, so that a single alert keeps its id as the mail's. */
async function composeFor(manager: EntityManager, recipient: string): Promise<void> {
  const alerts = await manager.query<(AlertText & { id: string; recipient: string })[]>(
    `select position, id, kind, sku, recipient, subject, body as text from notifications.notification
      where ${WAITS} and lower(recipient) = $1
      order by position limit $2 for update skip locked`,
    [recipient, LARGEST_DIGEST],
  );
  const [first] = alerts;
  if (!first) return;
  const { subject, text } = digestOf(alerts);
  const positions = alerts.map(({ position }) => position);
  await manager.query(
    'insert into notifications.mail (id, recipient, subject, body, alerts) values ($1, $2, $3, $4, $5)',
    [first.id, first.recipient, subject, text, positions],
  );
  await manager.query(
    `update notifications.notification set mail_id = $1, next_attempt_at = 'infinity' where position = any($2)`,
    [first.id, positions],
  );
}
