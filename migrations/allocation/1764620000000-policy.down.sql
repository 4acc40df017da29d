alter table allocation.product drop column policy;
