alter table batches.batch drop column registered_location;
