import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Overdue1763900000000 implements MigrationInterface {
  readonly name = 'Overdue1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table allocation.batch add column overdue_noted date;
      comment on column allocation.batch.overdue_noted is
        'The date of which it was published that it has passed while lines wait; null: none.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table allocation.batch drop column overdue_noted');
  }
}
