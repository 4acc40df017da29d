-- There are few webhooks, of whatever many rows. While each has only a row or two, the planner would take that for a rule, and later
-- read all rows of a webhook to find one.
alter table webhooks.delivery alter column endpoint_id set (n_distinct = 10);
alter table webhooks.queue alter column endpoint_id set (n_distinct = 10);
-- This counts from the next ANALYZE on. An empty table is left alone: to the planner one that was never analyzed is not small.
do $$
begin
  if exists (select from webhooks.delivery) then analyze webhooks.delivery; end if;
  if exists (select from webhooks.queue) then analyze webhooks.queue; end if;
end $$;
