alter table allocation.batch drop column earlier_promises;
alter table allocation.line drop column promised_date;
