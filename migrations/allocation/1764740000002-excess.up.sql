alter table allocation.batch add column excess bigint not null default 0;
comment on column allocation.batch.excess is
  'Of the units that were found, those that only explain how more could leave than was bought; negative: written off since more was bought than a batch can have.';
