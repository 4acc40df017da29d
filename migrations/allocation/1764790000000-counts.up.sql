alter table allocation.document
  drop constraint document_kind_check,
  add constraint document_kind_check check (kind in ('receipt', 'shipment', 'return', 'adjustment', 'count'));
comment on table allocation.document is
  'Receipts, shipments, returns, adjustments and counts under the names that callers gave them (rule 16).';
