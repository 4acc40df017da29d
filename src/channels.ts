import type {
  AllocationEvent,
  LineAllocated,
  LineDeallocated,
  LineReallocated,
} from './allocation/contract/allocation.contract.js';
import type { BatchesEvent } from './batches/contract/batches.contract.js';
import { ChangeBatch } from './batches/commands/change-batch.js';
import { eventSchemas } from './event-schemas.js';
import { incoming, outgoing, type Registry } from './platform/brokers/channels/channel.js';
import { json } from './platform/brokers/channels/codec.js';
import { field, MessageSchema } from './platform/brokers/channels/message-schema.js';
import { storedCode } from './vocabulary/code.js';
import { orderId } from './vocabulary/order-id.js';
import { quantity, quantityOrZero } from './vocabulary/quantity.js';
import { reference } from './vocabulary/reference.js';
import { sku } from './vocabulary/sku.js';

/** Every event that a contract publishes: the compiler rejects one that is missing or unknown. */
const events: Record<(AllocationEvent | BatchesEvent)['type'], true> = {
  BatchRegistered: true,
  BatchQuantityChanged: true,
  BatchRescheduled: true,
  LineAllocated: true,
  LineDeallocated: true,
  LineReallocated: true,
  OutOfStock: true,
  BatchOverdue: true,
};

/** Every message that the service sends and receives over a broker: checked at start, shown by `GET /asyncapi.json`. */
export const registry: Registry = {
  eventTypes: Object.keys(events),
  eventSchemas,
  channels: [
    incoming({
      name: 'change_batch_quantity',
      version: 1,
      summary: 'The quantity of a batch has changed.',
      codec: json,
      orderedBy: 'batchref',
      body: new MessageSchema({
        batchref: field(reference, 'The reference under which the batch was bought.'),
        qty: field(quantityOrZero, 'Its units from now on.'),
      }),
      example: { batchref: 'PO-2031', qty: 10 },
      command: ChangeBatch,
      commandFor: ({ batchref, qty }) => new ChangeBatch(batchref, { quantity: qty }),
    }),
    outgoing({
      name: 'line_allocated',
      version: 1,
      summary: 'An order line was promised to a batch, or moved to another one.',
      codec: json,
      orderedBy: 'sku',
      body: new MessageSchema({
        orderid: field(orderId, 'The order.'),
        sku: field(sku, 'The stock-keeping unit.'),
        qty: field(quantity, 'Units of the product.'),
        batchref: field(reference, 'The reference of the batch that holds the line now.'),
      }),
      example: { orderid: 'order-7', sku: 'SMALL-TABLE', qty: 10, batchref: 'PO-2031' },
      publishes: ['LineAllocated', 'LineReallocated'],
      toBody: ({ data }: LineAllocated | LineReallocated) => ({
        orderid: data.orderId,
        sku: data.sku,
        qty: data.quantity,
        batchref: data.batchReference,
      }),
    }),
    outgoing({
      name: 'line_deallocated',
      version: 1,
      summary:
        'An order line lost its batch: it was cancelled, or the batch shrank and no other could hold the line.',
      codec: json,
      orderedBy: 'sku',
      body: new MessageSchema({
        orderid: field(orderId, 'The order.'),
        sku: field(sku, 'The stock-keeping unit.'),
        qty: field(quantity, 'Units of the product.'),
        batchref: field(reference, 'The reference of the batch that held the line until now.'),
        // Any code, since later rules add reasons: a consumer ignores a reason that it does not know.
        reason: field(storedCode, '`cancelled` on request, or `batch-shrunk`.'),
      }),
      example: {
        orderid: 'order-7',
        sku: 'SMALL-TABLE',
        qty: 10,
        batchref: 'PO-2031',
        reason: 'batch-shrunk',
      },
      publishes: ['LineDeallocated'],
      toBody: ({ data }: LineDeallocated) => ({
        orderid: data.orderId,
        sku: data.sku,
        qty: data.quantity,
        batchref: data.batchReference,
        reason: data.reason,
      }),
    }),
  ],
};
