drop table allocation.customer_order, allocation.split_claim;
alter table allocation.batch drop column held;
alter table allocation.line
  drop column split, drop column needed_by, drop column expires_at, drop column priority;
