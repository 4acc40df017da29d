drop table ledger.integrity_check;
