-- no-transaction: an index is built beside the writers outside of one only.
-- By the SKUs alone: the index of all that a line asks for cost an order twice as much.
drop index concurrently if exists allocation.customer_order_of_sku;
create index concurrently customer_order_of_sku
    on allocation.customer_order using gin (jsonb_path_query_array(lines, '$[*].sku') jsonb_path_ops);
drop index concurrently if exists allocation.customer_order_by_sku;
