-- There are few webhooks, of whatever many rows. While each has only a row or two, the planner would take that for a rule, and later
-- read all rows of a webhook to find one.
alter table webhooks.delivery alter column endpoint_id set (n_distinct = 10);
alter table webhooks.queue alter column endpoint_id set (n_distinct = 10);
