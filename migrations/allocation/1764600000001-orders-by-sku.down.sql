drop index allocation.customer_order_of_sku;
create index customer_order_by_sku on allocation.customer_order using gin (lines jsonb_path_ops);
