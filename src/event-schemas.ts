// Made from the contracts of the features by `npm run docs`. Change those, not this file.
import type { EventSchemas } from './platform/schemas/event-schemas.js';

export const eventSchemas: EventSchemas = {
  BatchOverdue: {
    version: 1,
    description:
      "The `eta` of a batch has passed, it has not arrived, and `lines` order lines wait for `units` units of it. Published once for each `eta` that passes while lines wait. `eta` is the date (`YYYY-MM-DD`) that has passed, in the service's `TIME_ZONE`.",
    data: {
      type: 'object',
      properties: {
        batchReference: { type: 'string' },
        eta: { type: 'string', format: 'date' },
        lines: { type: 'integer' },
        productVersion: { type: 'integer' },
        sku: { type: 'string' },
        units: { type: 'integer' },
      },
      required: ['batchReference', 'eta', 'lines', 'productVersion', 'sku', 'units'],
    },
    example: {
      batchReference: 'PO-2031',
      eta: '2026-09-01',
      lines: 1,
      productVersion: 7,
      sku: 'SMALL-TABLE',
      units: 10,
    },
  },
  BatchQuantityChanged: {
    version: 1,
    description: 'The quantity of a batch has changed to `quantity` units.',
    data: {
      type: 'object',
      properties: {
        batchReference: { type: 'string' },
        previousQuantity: { type: 'integer' },
        quantity: { type: 'integer' },
        sku: { type: 'string' },
      },
      required: ['batchReference', 'previousQuantity', 'quantity', 'sku'],
    },
    example: { batchReference: 'PO-2031', previousQuantity: 12, quantity: 10, sku: 'SMALL-TABLE' },
  },
  BatchRegistered: {
    version: 1,
    description:
      'A quantity of one SKU was bought. `eta` is a date (`YYYY-MM-DD`), or null for stock on hand.',
    data: {
      type: 'object',
      properties: {
        batchReference: { type: 'string' },
        eta: { type: ['null', 'string'], format: 'date' },
        quantity: { type: 'integer' },
        sku: { type: 'string' },
      },
      required: ['batchReference', 'eta', 'quantity', 'sku'],
    },
    example: { batchReference: 'PO-2031', eta: '2026-09-01', quantity: 10, sku: 'SMALL-TABLE' },
  },
  BatchRescheduled: {
    version: 1,
    description: 'The date of a batch has changed; `eta` null says that it has arrived.',
    data: {
      type: 'object',
      properties: {
        batchReference: { type: 'string' },
        eta: { type: ['null', 'string'], format: 'date' },
        previousEta: { type: ['null', 'string'], format: 'date' },
        sku: { type: 'string' },
      },
      required: ['batchReference', 'eta', 'previousEta', 'sku'],
    },
    example: { batchReference: 'PO-2031', eta: '2026-09-01', previousEta: '2026-08-01', sku: 'SMALL-TABLE' },
  },
  LineAllocated: {
    version: 1,
    description: 'All units of a line were promised to `batchReference`.',
    data: {
      type: 'object',
      properties: {
        batchReference: { type: 'string' },
        eta: { type: ['null', 'string'], format: 'date' },
        orderId: { type: 'string' },
        productVersion: { type: 'integer' },
        quantity: { type: 'integer' },
        sku: { type: 'string' },
      },
      required: ['batchReference', 'eta', 'orderId', 'productVersion', 'quantity', 'sku'],
    },
    example: {
      batchReference: 'PO-2031',
      eta: '2026-09-01',
      orderId: 'order-7',
      productVersion: 7,
      quantity: 10,
      sku: 'SMALL-TABLE',
    },
  },
  LineDeallocated: {
    version: 1,
    description: 'A line gave back its claim on `batchReference`.',
    data: {
      type: 'object',
      properties: {
        batchReference: { type: 'string' },
        orderId: { type: 'string' },
        productVersion: { type: 'integer' },
        quantity: { type: 'integer' },
        reason: { enum: ['batch-shrunk', 'cancelled'], type: 'string' },
        sku: { type: 'string' },
      },
      required: ['batchReference', 'orderId', 'productVersion', 'quantity', 'reason', 'sku'],
    },
    example: {
      batchReference: 'PO-2031',
      orderId: 'order-7',
      productVersion: 7,
      quantity: 10,
      reason: 'batch-shrunk',
      sku: 'SMALL-TABLE',
    },
  },
  LineReallocated: {
    version: 1,
    description: 'A line moved to `batchReference`.',
    data: {
      type: 'object',
      properties: {
        batchReference: { type: 'string' },
        eta: { type: ['null', 'string'], format: 'date' },
        orderId: { type: 'string' },
        previousBatchReference: { type: 'string' },
        productVersion: { type: 'integer' },
        quantity: { type: 'integer' },
        reason: { enum: ['batch-shrunk'], type: 'string' },
        sku: { type: 'string' },
      },
      required: [
        'batchReference',
        'eta',
        'orderId',
        'previousBatchReference',
        'productVersion',
        'quantity',
        'reason',
        'sku',
      ],
    },
    example: {
      batchReference: 'PO-2031',
      eta: '2026-09-01',
      orderId: 'order-7',
      previousBatchReference: 'PO-2030',
      productVersion: 7,
      quantity: 10,
      reason: 'batch-shrunk',
      sku: 'SMALL-TABLE',
    },
  },
  OutOfStock: {
    version: 1,
    description:
      'Lines of one SKU fitted in no batch: `refusals` lines that asked for `units` units in all, while the largest batch had `available`. Refusals of one transaction share one event.',
    data: {
      type: 'object',
      properties: {
        available: { type: 'integer' },
        productVersion: { type: 'integer' },
        refusals: { type: 'integer' },
        sku: { type: 'string' },
        units: { type: 'integer' },
      },
      required: ['available', 'productVersion', 'refusals', 'sku', 'units'],
    },
    example: { available: 3, productVersion: 7, refusals: 1, sku: 'SMALL-TABLE', units: 10 },
  },
};
