drop table allocation.document;
alter table allocation.batch
  drop column received, drop column shipped, drop column returned, drop column written_off;
