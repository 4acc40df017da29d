create table allocation.order_of_sku (
  sku        text collate "C" not null,
  created_at timestamptz(3) not null,
  order_id   text collate "C" not null,
  primary key (sku, created_at, order_id)
);
comment on table allocation.order_of_sku is
  'The orders with a record by the SKUs of their lines, so that those of a product are read in the order of their creation. Triggers keep it.';

-- By triggers, since processes of the previous version write orders as well while they are replaced. Once for each
-- statement: a group of orders pays for it together. An order that is confirmed or shipped keeps its SKUs.
create function allocation.note_skus_of_new_orders() returns trigger language plpgsql as $$
begin
  insert into allocation.order_of_sku (sku, created_at, order_id)
  select line->>'sku', created_at, order_id from is_now cross join jsonb_array_elements(lines) as line
      on conflict do nothing;
  return null;
end $$;
create function allocation.note_skus_of_changed_orders() returns trigger language plpgsql as $$
declare gone allocation.order_of_sku;
begin
  for gone in
    select line->>'sku', created_at, order_id from was cross join jsonb_array_elements(lines) as line
    except
    select line->>'sku', created_at, order_id from is_now cross join jsonb_array_elements(lines) as line
  loop
    delete from allocation.order_of_sku
     where sku = gone.sku and created_at = gone.created_at and order_id = gone.order_id;
  end loop;
  insert into allocation.order_of_sku (sku, created_at, order_id)
  select line->>'sku', created_at, order_id from is_now cross join jsonb_array_elements(lines) as line
  except
  select line->>'sku', created_at, order_id from was cross join jsonb_array_elements(lines) as line
      on conflict do nothing;
  return null;
end $$;
create function allocation.forget_skus_of_orders() returns trigger language plpgsql as $$
declare gone allocation.order_of_sku;
begin
  for gone in
    select line->>'sku', created_at, order_id from was cross join jsonb_array_elements(lines) as line
  loop
    delete from allocation.order_of_sku
     where sku = gone.sku and created_at = gone.created_at and order_id = gone.order_id;
  end loop;
  return null;
end $$;
create trigger skus_of_new_orders after insert on allocation.customer_order
  referencing new table as is_now for each statement execute function allocation.note_skus_of_new_orders();
create trigger skus_of_changed_orders after update on allocation.customer_order
  referencing old table as was new table as is_now
  for each statement execute function allocation.note_skus_of_changed_orders();
create trigger skus_of_former_orders after delete on allocation.customer_order
  referencing old table as was for each statement execute function allocation.forget_skus_of_orders();
