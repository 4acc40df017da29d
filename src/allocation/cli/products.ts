import type { Command } from 'commander';
import { formatArrival } from '../../platform/cli/format-dates.js';
import { listCommand } from '../../platform/cli/list-command.js';
import { table } from '../../platform/cli/print.js';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import type { ProductAnswer } from '../queries/find-product.js';
import type { ProductSummary } from '../queries/list-products.js';

/** `products [SKU]` */
export function products(ask: Ask<Application>): Command {
  return listCommand<ProductSummary, ProductAnswer>(
    {
      name: 'products',
      description: 'List products and their stock, or show one product with its batches',
      item: 'sku',
      path: '/v1/products',
      findOne: async ({ queries }, sku) => {
        const { FindProduct } = await import('../queries/find-product.js');
        return queries.execute(new FindProduct(sku));
      },
      formatOne: formatProduct,
      find: async ({ queries }, { after, count }) => {
        const { ListProducts } = await import('../queries/list-products.js');
        return queries.execute(new ListProducts(after, count));
      },
      cursorOf: ({ sku }) => sku,
      header: ['sku', 'quantity', 'allocated', 'available'],
      cells: ({ sku, quantity, allocated, available }) => [sku, quantity, allocated, available],
      none: 'There are no products yet: register or import a batch first.',
    },
    ask,
  );
}

function formatProduct({ sku, quantity, allocated, available, batches, more }: ProductAnswer): string {
  return [
    table(['sku', 'quantity', 'allocated', 'available'], [[sku, quantity, allocated, available]]),
    '',
    table(
      ['batch', 'arrival', 'quantity', 'allocated', 'available'],
      batches.map((batch) => [
        batch.reference,
        formatArrival(batch.eta),
        batch.quantity,
        batch.allocated,
        batch.available,
      ]),
    ),
    ...(more ? ['… and more batches: list all of them with `earmark batches --sku`.'] : []),
  ].join('\n');
}
