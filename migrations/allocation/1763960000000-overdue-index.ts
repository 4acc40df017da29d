import type { MigrationInterface, QueryRunner } from 'typeorm';

export class OverdueIndex1763960000000 implements MigrationInterface {
  readonly name = 'OverdueIndex1763960000000';
  /** An index is built beside the writers outside of a transaction only. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // One that was interrupted leaves an index that nothing uses.
    await runner.query('drop index concurrently if exists allocation.batch_due');
    // Nothing that changes with each line may be in it: such an index would cost every allocation an entry.
    await runner.query(`
      create index concurrently batch_due on allocation.batch (eta, reference)
       where eta is not null and overdue_noted is distinct from eta`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index allocation.batch_due');
  }
}
