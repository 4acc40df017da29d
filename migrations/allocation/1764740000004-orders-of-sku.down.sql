drop trigger skus_of_new_orders on allocation.customer_order;
drop trigger skus_of_changed_orders on allocation.customer_order;
drop trigger skus_of_former_orders on allocation.customer_order;
drop function allocation.note_skus_of_new_orders;
drop function allocation.note_skus_of_changed_orders;
drop function allocation.forget_skus_of_orders;
drop table allocation.order_of_sku;
