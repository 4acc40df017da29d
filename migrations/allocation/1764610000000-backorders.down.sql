alter table allocation.customer_order drop column may_wait;
alter table allocation.line drop column may_wait;
alter table allocation.product drop column waiting;
drop table allocation.backorder;
