alter table batches.batch
  drop column location,
  drop column supplier,
  drop column best_before,
  drop column registered_best_before,
  drop column blocked;
