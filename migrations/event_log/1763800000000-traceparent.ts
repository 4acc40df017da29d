import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Traceparent1763800000000 implements MigrationInterface {
  readonly name = 'Traceparent1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table event_log.event add column traceparent text;
      comment on column event_log.event.traceparent is
        'The trace that led to it, as W3C Trace Context writes it; null where nobody follows one.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table event_log.event drop column traceparent');
  }
}
