alter table allocation.backorder drop column locations;
alter table allocation.line drop column locations;
alter table allocation.customer_order drop column locations;
