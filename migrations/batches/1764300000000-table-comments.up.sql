comment on table batches.batch is 'What was bought under each reference, as it was registered and as it is now.';
