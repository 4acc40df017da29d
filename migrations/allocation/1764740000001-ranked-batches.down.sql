create index batch_open on allocation.batch (sku, coalesce(eta, '-infinity'), reference) where is_open;
drop index if exists allocation.batch_ranked;
