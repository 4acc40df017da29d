import { Option, type Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { importCommand, type Chosen } from '../../platform/cli/import/import-command.js';
import type { SubmitRows } from '../../platform/cli/import/import-rows.js';
import type { Grouping } from '../../platform/cli/import/row-groups.js';
import { MOST_LINES, orderColumns, wholeOrderColumns, type OrderRow } from './order-columns.js';

const GROUPING: Grouping<OrderRow> = {
  field: 'orderId',
  describe: (name) => `order ${name}`,
  most: MOST_LINES,
  common: ['channel', 'priority', 'locations'],
};

const OPTIONS = [
  new Option('--orders', 'Import whole orders, of which all lines are promised or none'),
  new Option('--update', 'With --orders: replace orders that exist with other lines or terms'),
];

const HELP = `
With --orders the rows of an order must stand next to each other, 100 at most,
and the file may also have the columns split (true or false), needed_by,
channel, priority (0 to 9) and locations (separated by semicolons). If a row is
invalid or does not fit, all rows of its order are rejected. An order that exists
with other lines or terms is rejected, unless --update replaces it. A cancelled
order stays cancelled.
`;

/** `import orders FILE` */
export function importOrders(run: ApplicationRunner): Command {
  return importCommand<OrderRow>(
    {
      name: 'orders',
      description:
        'Allocate order lines from a file or, with --orders, whole orders; each SKU in the order of the file',
      options: OPTIONS,
      help: HELP,
      columns: orderColumns,
      keyOf: ({ sku }) => sku,
      identity: {
        of: ({ orderId, sku }) => [orderId, sku],
        describe: ({ orderId, sku }) => `order ${orderId} with SKU ${sku}`,
      },
      variant: (chosen) => {
        if (areOrders(chosen))
          return { columns: wholeOrderColumns, grouping: GROUPING, labels: ['new', 'updated', 'repeated'] };
        if (chosen.update === true)
          throw new Error('--update needs --orders: single order lines are not replaced.');
        return {};
      },
      submitter: async ({ commands }, chosen) => {
        if (areOrders(chosen)) {
          const { PutOrders } = await import('../commands/put-orders.js');
          const { wantedOrder } = await import('../commands/order-draft.js');
          return submitOrders(async (orders) => {
            const wanted = orders.map((rows) => ({
              orderId: rows[0]!.orderId,
              wanted: wantedOrder(draftOf(rows)),
            }));
            return commands.execute(new PutOrders(wanted, chosen.update === true));
          });
        }
        const { AllocateLines } = await import('../commands/allocate-lines.js');
        return (lines) => commands.execute(new AllocateLines(lines));
      },
    },
    run,
  );
}

const areOrders = ({ orders }: Chosen): boolean => orders === true;

/** The rows of an order come together, and all have the result of the order. */
function submitOrders(
  put: (orders: readonly (readonly OrderRow[])[]) => Promise<Awaited<ReturnType<SubmitRows<OrderRow>>>>,
): SubmitRows<OrderRow> {
  return async (rows) => {
    const orders: OrderRow[][] = [];
    for (const row of rows)
      if (orders.at(-1)?.[0]?.orderId === row.orderId) orders.at(-1)!.push(row);
      else orders.push([row]);
    const results = await put(orders);
    return orders.flatMap((order, i) => order.map(() => results[i]!));
  };
}

function draftOf(rows: readonly OrderRow[]) {
  const [{ channel, priority, locations }] = rows as [OrderRow];
  return {
    lines: rows.map(({ sku, quantity, split, neededBy }) => ({ sku, quantity, split, neededBy })),
    channel,
    locations: locations?.split(';'),
    ...(priority != null && { priority }),
  };
}
