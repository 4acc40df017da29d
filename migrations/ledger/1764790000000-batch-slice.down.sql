drop table ledger.batch_slice;
drop aggregate ledger.stock_after(ledger.stock, text, bigint, jsonb);
drop function ledger.stock_after(ledger.stock, ledger.stock, text, bigint, jsonb);
drop type ledger.stock;
