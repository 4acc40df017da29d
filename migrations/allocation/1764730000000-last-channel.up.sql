alter table allocation.product add column last_channel text;
comment on column allocation.product.last_channel is
  'The channel whose waiting lines were served last, empty: lines of no channel; null: none was. Fair-share goes on behind it.';
