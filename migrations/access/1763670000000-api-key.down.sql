drop table access.api_key;
