import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ProductTotal1763700000000 implements MigrationInterface {
  readonly name = 'ProductTotal1763700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table allocation.product_total (
        sku       text collate "C" primary key,
        quantity  bigint not null,
        allocated bigint not null
      );
      comment on table allocation.product_total is
        'The sums over all batches of a product: a read model, made from the log by allocation.product-totals.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table allocation.product_total;
      do $$ begin
        if to_regclass('event_log.subscription') is not null then
          delete from event_log.subscription where name = 'allocation.product-totals';
        end if;
      end $$;
    `);
  }
}
