alter table ledger.integrity_check drop column awaited_since;
