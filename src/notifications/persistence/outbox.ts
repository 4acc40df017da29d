import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NOTIFICATION_SETTINGS, type NotificationSettings } from '../settings/notification-settings.js';
import { formatAlert, type Alert } from '../domain/alert.js';

/** The advisory lock that puts the commits of alerts one after the other. */
const APPEND_LOCK = 0x6d61_696c;

/** The alerts that are to be sent: written with the change that they are about, one row for each recipient. */
@Injectable()
export class Outbox {
  readonly #recipients: readonly string[];

  constructor(@Inject(NOTIFICATION_SETTINGS) { alertTo }: NotificationSettings) {
    this.#recipients = alertTo;
  }

  /**
   * The lock is held to the end of the commit, so that no lower position can appear behind a reader's cursor. A version
   * that sends each alert in a mail of its own must not take these: they are due at infinity.
   */
  async put(manager: EntityManager, alerts: readonly Alert[]): Promise<void> {
    if (alerts.length === 0) return;
    const wordings = alerts.map(formatAlert);
    await manager.query('select pg_advisory_xact_lock($1)', [APPEND_LOCK]);
    await manager.query(
      `insert into notifications.notification
         (kind, sku, batch_reference, subject, body, recipient, next_attempt_at)
       select kind, sku, batch_reference, subject, body, recipient, 'infinity'
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
              with ordinality as alert (kind, sku, batch_reference, subject, body, place)
        cross join unnest($6::text[]) as recipient
        order by place`,
      [
        alerts.map(({ kind }) => kind),
        alerts.map(({ sku }) => sku),
        alerts.map((alert) => ('batchReference' in alert ? alert.batchReference : null)),
        wordings.map(({ subject }) => subject),
        wordings.map(({ text }) => text),
        this.#recipients,
      ],
    );
  }
}
