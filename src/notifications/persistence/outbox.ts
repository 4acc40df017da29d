import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { SETTINGS, type Settings } from '../../shared/config/settings.js';
import { wordingOf, type Alert } from '../domain/alert.js';

/** The advisory lock that puts the commits of mails one after the other. */
const APPEND_LOCK = 0x6d61_696c;

/** A mail that this instance has to itself until its lease ends. */
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

/** The mails that are to be sent: written with the change that they tell of, taken out one instance at a time. */
@Injectable()
export class Outbox {
  readonly #dataSource: DataSource;
  readonly #recipients: readonly string[];

  constructor(dataSource: DataSource, @Inject(SETTINGS) { alertTo }: Settings) {
    this.#dataSource = dataSource;
    this.#recipients = alertTo;
  }

  /** The lock is held to the end of the commit, so that no lower position can appear behind a reader's cursor. */
  async put(manager: EntityManager, alerts: readonly Alert[]): Promise<void> {
    if (alerts.length === 0) return;
    const wordings = alerts.map(wordingOf);
    await manager.query('select pg_advisory_xact_lock($1)', [APPEND_LOCK]);
    await manager.query(
      `insert into notifications.notification (kind, sku, subject, body, recipient)
       select kind, sku, subject, body, recipient
         from unnest($1::text[], $2::text[], $3::text[], $4::text[])
              with ordinality as alert (kind, sku, subject, body, place)
        cross join unnest($5::text[]) as recipient
        order by place`,
      [
        alerts.map(({ kind }) => kind),
        alerts.map(({ sku }) => sku),
        wordings.map(({ subject }) => subject),
        wordings.map(({ text }) => text),
        this.#recipients,
      ],
    );
  }

  /** Takes the mails that have been due for longest; another instance may have them when the lease is over. */
  async claim(count: number, leaseMs: number): Promise<ClaimedMail[]> {
    return this.#dataSource.query<ClaimedMail[]>(
      `with due as materialized (
         select position from notifications.notification
          where state = 'pending' and next_attempt_at <= now()
          order by next_attempt_at, position limit $1 for update skip locked
       ), claimed as (
         update notifications.notification as mail
            set attempts = attempts + 1, next_attempt_at = now() + $2 * interval '1 millisecond'
           from due where mail.position = due.position
         returning mail.*
       )
       select id, recipient, subject, body, created_at as "createdAt", attempts from claimed order by position`,
      [count, leaseMs],
    );
  }

  /** It is sent whoever has the lease by now. */
  async sent({ id }: ClaimedMail): Promise<void> {
    await this.#dataSource.query(
      `update notifications.notification
          set state = 'sent', sent_at = clock_timestamp(), next_attempt_at = null, error = null
        where id = $1 and state <> 'sent'`,
      [id],
    );
  }

  async delayed({ id, attempts }: ClaimedMail, pauseMs: number, error: string): Promise<void> {
    await this.#dataSource.query(
      `update notifications.notification
          set next_attempt_at = now() + $3 * interval '1 millisecond', error = $4
        where id = $1 and attempts = $2 and state = 'pending'`,
      [id, attempts, pauseMs, error],
    );
  }

  /** For good: it is kept with the server's words. */
  async refused({ id, attempts }: ClaimedMail, error: string): Promise<void> {
    await this.#dataSource.query(
      `update notifications.notification set state = 'refused', next_attempt_at = null, error = $3
        where id = $1 and attempts = $2 and state = 'pending'`,
      [id, attempts, error],
    );
  }
}
