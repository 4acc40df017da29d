create table allocation.product_total (
  sku       text collate "C" primary key,
  quantity  bigint not null,
  allocated bigint not null
);
comment on table allocation.product_total is
  'The sums over all batches of a product: a read model, made from the log by allocation.product-totals.';
