alter table allocation.batch drop column overdue_noted;
