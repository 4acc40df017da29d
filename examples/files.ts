import { readFile } from 'node:fs/promises';
import type { Month } from './month.js';

// The first two are the formats that `import batches` and `import orders` read.
const columns = {
  'batches.csv': 'reference,sku,quantity,eta',
  'orders.csv': 'order_id,sku,quantity',
  'incidents.csv': 'after_line,reference,quantity,eta',
};

type FileName = keyof typeof columns;
type Cell = string | number | null;

/** The month as the text of its files. */
export function monthAsCsv({ batches, lines, incidents }: Month): Record<FileName, string> {
  const batchCells = batches.map((batch) => [batch.reference, batch.sku, batch.quantity, batch.eta]);
  const orderCells = lines.map((line) => [line.orderId, line.sku, line.quantity]);
  const incidentCells = incidents.map((it) => [it.afterLine, it.reference, it.quantity, it.eta]);
  return {
    'batches.csv': csv('batches.csv', batchCells),
    'orders.csv': csv('orders.csv', orderCells),
    'incidents.csv': csv('incidents.csv', incidentCells),
  };
}

export async function readMonth(directory: URL): Promise<Month> {
  const [batches, orders, incidents] = await Promise.all([
    readRows(directory, 'batches.csv'),
    readRows(directory, 'orders.csv'),
    readRows(directory, 'incidents.csv'),
  ]);
  return {
    batches: batches.map(([reference = '', sku = '', quantity, eta]) => {
      return { reference, sku, quantity: Number(quantity), eta: filled(eta) };
    }),
    lines: orders.map(([orderId = '', sku = '', quantity]) => {
      return { orderId, sku, quantity: Number(quantity) };
    }),
    incidents: incidents.map(([afterLine, reference = '', quantity, eta]) => {
      const left = filled(quantity);
      return {
        afterLine: Number(afterLine),
        reference,
        quantity: left === null ? null : Number(left),
        eta: filled(eta),
      };
    }),
  };
}

function filled(cell = ''): string | null {
  return cell === '' ? null : cell;
}

/** Codes, numbers and dates: nothing in these files needs a quote. */
function csv(name: FileName, rows: readonly Cell[][]): string {
  const lines = rows.map((cells) => cells.map((cell) => cell ?? '').join(','));
  return [columns[name], ...lines, ''].join('\n');
}

async function readRows(directory: URL, name: FileName): Promise<string[][]> {
  const [header, ...lines] = (await readFile(new URL(name, directory), 'utf8')).trimEnd().split('\n');
  if (header !== columns[name]) throw new Error(`${name} should begin with ${columns[name]}.`);
  return lines.map((line) => line.split(','));
}
