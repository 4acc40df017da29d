drop table allocation.line, allocation.batch, allocation.product;
do $$ begin
  if to_regclass('event_log.subscription') is not null then
    delete from event_log.subscription where name = 'allocation.stock';
  end if;
end $$;
