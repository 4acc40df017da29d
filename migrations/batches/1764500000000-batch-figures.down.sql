drop table batches.batch_figures;
do $$ begin
  if to_regclass('event_log.subscription') is not null then
    delete from event_log.subscription where name in ('batches.figures', 'batches.receipts');
  end if;
end $$;
