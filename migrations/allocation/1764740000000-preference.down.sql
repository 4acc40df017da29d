alter table allocation.batch drop column rank, drop column usable_until, drop column entered_at;
