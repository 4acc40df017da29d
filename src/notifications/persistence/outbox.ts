import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NOTIFICATION_SETTINGS, type NotificationSettings } from '../settings/notification-settings.js';
import { formatAlert, type Alert } from '../domain/alert.js';

/** The advisory lock that serializes the commits of alerts. */
const APPEND_LOCK = 0x6d61_696c;

interface OfBatch {
  readonly sku: string;
  readonly reference: string;
}

/** The alerts to send: written in the transaction of the change, one row for each recipient. */
@Injectable()
export class Outbox {
  readonly #recipients: readonly string[];

  constructor(@Inject(NOTIFICATION_SETTINGS) { alertTo }: NotificationSettings) {
    this.#recipients = alertTo;
  }

  /** Of the batches, those of which an alert that they are late is in no mail yet: they could still be withdrawn. */
  async withUnsentSlip(manager: EntityManager, batches: readonly OfBatch[]): Promise<OfBatch[]> {
    if (batches.length === 0) return [];
    return manager.query<OfBatch[]>(
      `select distinct sku, batch_reference as reference from notifications.notification
         join unnest($1::text[], $2::text[]) as asked (sku, batch_reference) using (sku, batch_reference)
        where kind = 'late' and state = 'pending' and mail_id is null`,
      [batches.map(({ sku }) => sku), batches.map(({ reference }) => reference)],
    );
  }

  /** Withdraws the alerts that these batches are late, as far as they are in no mail yet. */
  async withdrawLate(manager: EntityManager, batches: readonly OfBatch[]): Promise<void> {
    if (batches.length === 0) return;
    await manager.query(
      `delete from notifications.notification as alert
        using unnest($1::text[], $2::text[]) as late (sku, batch_reference)
        where alert.sku = late.sku and alert.batch_reference = late.batch_reference
          and kind = 'late' and state = 'pending' and mail_id is null`,
      [batches.map(({ sku }) => sku), batches.map(({ reference }) => reference)],
    );
  }

  /**
   * The lock is held until the commit, so that no lower position can appear behind a reader's cursor. The rows are due at
   * infinity, so that an earlier release, which sends one mail for each alert, does not take them.
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
