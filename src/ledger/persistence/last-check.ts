import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Remembers the last check of all figures, for all instances. */
@Injectable()
export class LastCheck {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns whether a check is due; only one instance learns that, and has to run it */
  async claim(everyHours: number): Promise<boolean> {
    const [rows] = await this.dataSource.query<[unknown[], number]>(
      `update ledger.integrity_check set started_at = now()
        where started_at is null or started_at <= now() - $1 * interval '1 hour' returning only_row`,
      [everyHours],
    );
    return rows.length > 0;
  }

  async ended(position: number, differences: number): Promise<void> {
    await this.dataSource.query(
      'update ledger.integrity_check set ended_at = now(), position = $1, differences = $2',
      [position, differences],
    );
  }

  /** The check has come to no end: the next one is due at once. */
  async failed(): Promise<void> {
    await this.dataSource.query('update ledger.integrity_check set started_at = null');
  }

  /** @returns how long ago the last check ended and what it found; null: none has ended, and one is awaited for so long */
  async find(): Promise<{ readonly ageSeconds: number; readonly differences: number | null }> {
    const [row] = await this.dataSource.query<{ ageSeconds: number; differences: number | null }[]>(
      `select extract(epoch from now() - coalesce(ended_at, awaited_since))::float8 as "ageSeconds",
              case when ended_at is not null then differences end as differences
         from ledger.integrity_check`,
    );
    return row!;
  }
}
