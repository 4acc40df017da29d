alter table allocation.product drop column last_channel;
