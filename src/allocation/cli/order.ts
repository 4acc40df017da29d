import type { Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { group } from '../../platform/cli/command.js';
import { cancelOrder } from './cancel-order.js';
import { confirmOrder } from './confirm-order.js';
import { listOrders } from './list-orders.js';
import { orderHistory } from './order-history.js';
import { putOrder } from './put-order.js';
import { showOrder } from './show-order.js';

/** The commands about whole orders; `orders`, `allocate` and `deallocate` are about their lines. */
export function orderCommands(ask: Ask<Application>): Command {
  return group(
    'order',
    'Put, hold, confirm, cancel, show and list whole orders, and show their history',
    putOrder(ask),
    showOrder(ask),
    confirmOrder(ask),
    cancelOrder(ask),
    listOrders(ask),
    orderHistory(ask),
  );
}
