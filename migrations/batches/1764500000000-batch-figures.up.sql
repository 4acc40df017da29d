create table batches.batch_figures (
  reference   text collate "C" primary key,
  received    bigint not null,
  shipped     bigint not null,
  returned    bigint not null,
  written_off bigint not null,
  claimed     bigint not null,
  held        bigint not null
);
comment on table batches.batch_figures is
  'What has become of the units of each batch: a read model, made from the log by batches.figures.';
