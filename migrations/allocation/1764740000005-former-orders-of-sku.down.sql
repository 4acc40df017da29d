create index customer_order_of_sku
    on allocation.customer_order using gin (jsonb_path_query_array(lines, '$[*].sku') jsonb_path_ops);
