alter table allocation.batch
  add column rank bigint,
  add column usable_until date,
  add column entered_at timestamptz(3);
comment on column allocation.batch.rank is
  'Its place among the batches that are available on the same day, by the policy of its product; null: 0.';
comment on column allocation.batch.usable_until is
  'The last day on which a line may need its units, by its lot and the policy of its product; null: nothing was said about it.';
comment on column allocation.batch.entered_at is
  'When its first units came or, while none have, when it was registered. Null: before anybody noted it.';
update allocation.batch
   set usable_until = case when (lot->>'blocked')::boolean then '-infinity'
                           else coalesce((lot->>'bestBefore')::date, 'infinity') end
 where lot is not null;
