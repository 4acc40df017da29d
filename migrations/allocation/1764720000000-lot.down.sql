alter table allocation.batch drop column lot;
