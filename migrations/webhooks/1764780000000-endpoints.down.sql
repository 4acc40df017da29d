drop table webhooks.queue;
drop table webhooks.delivery;
drop table webhooks.deleted_endpoint;
drop table webhooks.endpoint;
