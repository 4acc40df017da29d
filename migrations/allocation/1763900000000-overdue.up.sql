alter table allocation.batch add column overdue_noted date;
comment on column allocation.batch.overdue_noted is
  'The date of which it was published that it has passed while lines wait; null: none.';
