create table ledger.batch_slice (
  batch_reference text collate "C" not null,
  slice_end       bigint not null,
  sku             text collate "C" not null,
  movements       integer not null,
  positions       bigint[] not null,
  claimed_changes bigint[] not null,
  on_hand_changes bigint[],
  inbound_changes bigint[],
  claimed         bigint not null,
  on_hand         bigint not null,
  inbound         bigint not null,
  has_arrived     boolean not null,
  primary key (batch_reference, slice_end)
);
create index batch_slice_of_sku on ledger.batch_slice (sku, slice_end);
create index batch_slice_of_stock on ledger.batch_slice (batch_reference, slice_end) where on_hand_changes is not null;
create index batch_slice_of_stock_of_sku on ledger.batch_slice (sku, slice_end) where on_hand_changes is not null;

comment on table ledger.batch_slice is
  'The movements of a batch in one slice of the log: a read model, made from the log by ledger.movements. A row for each movement would take three times as long to write, and fifty times the space on a hot batch.';
comment on column ledger.batch_slice.slice_end is
  'The position up to which the slice was read: slices of a SKU follow each other, and never overlap.';
comment on column ledger.batch_slice.movements is 'How many there are.';
comment on column ledger.batch_slice.positions is 'Of the events that moved units of the batch, in their order.';
comment on column ledger.batch_slice.claimed_changes is 'What each of the events changed, in the order of positions.';
comment on column ledger.batch_slice.on_hand_changes is
  'As claimed_changes; null if the events only claimed units and gave them back.';
comment on column ledger.batch_slice.inbound_changes is 'As on_hand_changes.';
comment on column ledger.batch_slice.claimed is 'The figure of the batch after the last of the events, as on_hand and inbound.';
comment on column ledger.batch_slice.has_arrived is 'Whether the batch has no date any more: all that is left of it is on hand.';

create type ledger.stock as (on_hand bigint, inbound bigint, has_arrived boolean);
comment on type ledger.stock is 'What is left of a batch: units in the warehouse, and units that are still to come.';

-- Most events add to what is on hand or take from it. Some say what it is, so the events are followed one by one.
create function ledger.stock_after(before ledger.stock, base ledger.stock, type text, quantity_change bigint, facts jsonb)
  returns ledger.stock language plpgsql immutable as $$
declare
  was ledger.stock := coalesce(before, base, row(0, 0, false)::ledger.stock);
  has_arrived boolean := case type
    when 'BatchRegistered' then facts->>'eta' is null
    when 'BatchRescheduled' then facts->>'eta' is null
    when 'BatchReceived' then was.has_arrived or (facts->>'outstanding')::bigint = 0
    else was.has_arrived end;
  quantity bigint := was.on_hand + was.inbound + quantity_change;
  on_hand bigint := case
    when has_arrived then quantity
    when type = 'BatchRegistered' then 0
    -- It has not arrived after all.
    when type = 'BatchRescheduled' and was.has_arrived then 0
    when type = 'BatchReceived' then least((facts->>'onHand')::bigint, quantity)
    -- What has come stays, as far as there is still so much of the batch.
    when type = 'BatchQuantityChanged' then least(was.on_hand, greatest(quantity, 0))
    -- Nobody has counted: see StockAdjusted.
    when type = 'StockAdjusted' and facts->>'adjustmentId' is null then was.on_hand
    else greatest(was.on_hand + quantity_change, 0) end;
begin
  return row(on_hand, quantity - on_hand, has_arrived)::ledger.stock;
end $$;

create aggregate ledger.stock_after(ledger.stock, text, bigint, jsonb) (
  sfunc = ledger.stock_after, stype = ledger.stock
);
