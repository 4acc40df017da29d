drop table access.audit;
