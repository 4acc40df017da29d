-- no-transaction: it takes long beside many orders, and locks none of them; an index is dropped beside the writers.
-- An order that loses a line meanwhile may stay noted under its SKU: whoever reads looks at the order itself as well.
insert into allocation.order_of_sku (sku, created_at, order_id)
select line->>'sku', created_at, order_id
  from allocation.customer_order cross join jsonb_array_elements(lines) as line
    on conflict do nothing;
-- No list read by it: it is in no order. Without it, an order that is shipped writes no index anew.
drop index concurrently if exists allocation.customer_order_of_sku;
