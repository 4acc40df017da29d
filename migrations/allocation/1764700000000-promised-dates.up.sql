alter table allocation.line add column promised_date date;
comment on column allocation.line.promised_date is
  'The day that it was promised first, if its batch does not tell (rule 7b); -infinity: at once.';
alter table allocation.batch add column earlier_promises jsonb;
comment on column allocation.batch.earlier_promises is
  'What its lines without a promised date were promised, up to a place in the order of allocation each; null: its eta.';
