import {
  wholeOrderColumns,
  MOST_LINES,
  type OrderRow,
} from '../../../../src/allocation/cli/order-columns.js';
import {
  bestBefore,
  Columns,
  eta,
  flag,
  knownSku,
  location,
  orderId,
  quantity,
  quantityOrZero,
  reference,
  sku,
  supplier,
  type Column,
} from '../../../../src/platform/cli/import/columns.js';
import { newDocumentId } from '../../../../src/vocabulary/document-id.js';
import type { BulkPath } from '../../data/bulk.js';

export type KindName = 'batches' | 'orders' | 'receipts' | 'shipments';
export type WhenShort = 'refuse' | 'skip' | 'backorder';

type Row = Readonly<Record<string, unknown>>;

/** What the rows of a file can be. */
export interface Kind {
  readonly name: KindName;
  /** `one`: what one of them is called. */
  readonly one: string;
  readonly path: BulkPath;
  readonly scope: string;
  readonly columns: Columns<object>;
  /** The field that names what a row is about. */
  readonly id: string;
  /** Rows with the same id become one call for all of them; otherwise each row has an id of its own. */
  readonly isGrouped: boolean;
  /** Fields that are the same in all rows of a group. */
  readonly common: readonly string[];
  /** What an import of it does. */
  readonly effect: string;
  /** The first lines of a file. */
  readonly example: string;
  /** What is sent for the rows of one id. */
  readonly bodyOf: (rows: readonly Row[], whenShort: WhenShort) => object;
}

/** The most rows of one id. */
export const MOST_ROWS_OF_ONE = MOST_LINES;

const quantityOrAbsent: Column<number | undefined> = {
  ...quantity,
  value: { ...quantity.value, parse: (text) => (text === '' ? undefined : quantity.value.parse(text)) },
  absent: undefined,
};

/** A cell without text is 0. */
const unitsOrNone: Column<number> = {
  ...quantityOrZero,
  aliases: [],
  value: { ...quantityOrZero.value, parse: (text) => quantityOrZero.value.parse(text === '' ? '0' : text) },
  absent: 0,
};

/** Exports have it. */
const notBlocked: Column<boolean> = {
  ...flag,
  value: {
    ...flag.value,
    message: 'must be false: import the batch, then block it on its page',
    isValid: (value): value is boolean => value === false,
  },
};

const batchColumns = new Columns({
  ...{ reference, sku, quantity, eta },
  ...{ location, bestBefore, supplier, blocked: notBlocked },
});

const receiptColumns = new Columns({
  receiptId: { value: newDocumentId, name: 'receipt_id', aliases: ['receipt'] },
  batchReference: { ...reference, name: 'batch_reference', aliases: ['reference', 'ref', 'batch'] },
  quantity: quantityOrZero,
  rejected: unitsOrNone,
  final: flag,
});

const shipmentColumns = new Columns({
  shipmentId: { value: newDocumentId, name: 'shipment_id', aliases: ['shipment'] },
  orderId,
  sku: knownSku,
  quantity: quantityOrAbsent,
});

/** Without what is undefined or null, which the API takes for left out. */
const filled = (row: Row): object =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined && value !== null));

const BATCHES: Kind = {
  name: 'batches',
  one: 'batch',
  path: '/v1/bulk/batches',
  scope: 'batches:write',
  columns: batchColumns,
  id: 'reference',
  isGrouped: false,
  common: [],
  effect:
    'Each row registers a batch. A batch that is there already with the same values stays as it is; one with other values is refused.',
  example: 'reference,sku,quantity,eta\nPO-2031,SMALL-TABLE,40,\nPO-2032,SMALL-TABLE,60,2027-01-31\n',
  bodyOf: ([row]) => filled({ ...row, blocked: undefined }),
};

const ORDERS: Kind = {
  name: 'orders',
  one: 'order',
  path: '/v1/bulk/orders',
  scope: 'orders:write',
  columns: wholeOrderColumns,
  id: 'orderId',
  isGrouped: true,
  common: ['channel', 'priority', 'locations'],
  effect:
    'The rows of an order become one order. An order that is there already gets these lines in place of its own.',
  example:
    'order_id,sku,quantity,needed_by,channel,priority\norder-7,SMALL-TABLE,2,,web,5\norder-7,OAK-CHAIR,8,,web,5\norder-8,SMALL-TABLE,1,2027-01-31,,\n',
  bodyOf: (rows, whenShort) => {
    const [{ orderId: id, channel, priority, locations }] = rows as unknown as [OrderRow];
    return {
      orderId: id,
      lines: rows.map(({ sku: code, quantity: units, split, neededBy }) => ({
        sku: code,
        quantity: units,
        ...(split === true && { split }),
        ...(neededBy != null && { neededBy }),
      })),
      ...(channel != null && { channel }),
      ...(priority != null && { priority }),
      ...(locations != null && { locations: locations.split(';') }),
      whenShort,
    };
  },
};

const RECEIPTS: Kind = {
  name: 'receipts',
  one: 'receipt',
  path: '/v1/bulk/receipts',
  scope: 'warehouse:write',
  columns: receiptColumns,
  id: 'receiptId',
  isGrouped: false,
  common: [],
  effect:
    'Each row books goods of a batch as on hand. A receipt that was booked before is not booked again. With final, what has not come is given up.',
  example:
    'receipt_id,batch_reference,quantity,rejected,final\nGR-881,PO-2032,40,0,\nGR-882,PO-2032,18,2,true\n',
  bodyOf: ([row]) => filled(row!),
};

const SHIPMENTS: Kind = {
  name: 'shipments',
  one: 'shipment',
  path: '/v1/bulk/shipments',
  scope: 'warehouse:write',
  columns: shipmentColumns,
  id: 'shipmentId',
  isGrouped: true,
  common: ['orderId'],
  effect:
    'The rows of a shipment become one shipment. A row without SKU and quantity ships all of the order that is on hand. A shipment that was booked before is not booked again.',
  example:
    'shipment_id,order_id,sku,quantity\nS-501,order-7,SMALL-TABLE,2\nS-501,order-7,OAK-CHAIR,8\nS-502,order-8,,\n',
  bodyOf: (rows) => {
    const [{ shipmentId, orderId: order, sku: code }] = rows as unknown as [Record<string, string>];
    const lines = rows.map((row) => filled({ sku: row.sku, quantity: row.quantity }));
    return { shipmentId, orderId: order, ...(code !== undefined && { lines }) };
  },
};

export const KINDS: readonly Kind[] = [BATCHES, ORDERS, RECEIPTS, SHIPMENTS];
