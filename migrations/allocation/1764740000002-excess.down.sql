alter table allocation.batch drop column excess;
