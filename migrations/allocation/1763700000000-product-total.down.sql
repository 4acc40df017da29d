drop table allocation.product_total;
do $$ begin
  if to_regclass('event_log.subscription') is not null then
    delete from event_log.subscription where name = 'allocation.product-totals';
  end if;
end $$;
