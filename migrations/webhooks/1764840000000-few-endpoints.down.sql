alter table webhooks.queue alter column endpoint_id reset (n_distinct);
alter table webhooks.delivery alter column endpoint_id reset (n_distinct);
