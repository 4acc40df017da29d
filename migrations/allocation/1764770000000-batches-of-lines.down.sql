comment on column allocation.line.batch_reference is null;
alter table allocation.line add constraint on_a_batch_of_its_sku
  foreign key (sku, batch_reference) references allocation.batch (sku, reference);
drop trigger batches_of_new_lines on allocation.line;
drop trigger batches_of_changed_lines on allocation.line;
drop trigger lines_of_former_batch on allocation.batch;
drop trigger lines_of_renamed_batch on allocation.batch;
drop trigger lines_of_former_batches on allocation.batch;
drop function allocation.require_batches_of_lines;
drop function allocation.refuse_if_lines_are_left;
