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

/** Every event that a contract publishes: the compiler refuses one that is missing or made up. */
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

/** All that goes in and out of the service over a broker: checked at the start, shown by `GET /asyncapi.json`. */
export const registry: Registry = {
  eventTypes: Object.keys(events),
  eventSchemas,
  channels: [
    incoming({
      name: 'change_batch_quantity',
      version: 1,
      summary: 'A batch turned out smaller or larger than it was.',
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
        'An order line lost its batch: it was cancelled, or the batch shrank and no other could hold it.',
      codec: json,
      orderedBy: 'sku',
      body: new MessageSchema({
        orderid: field(orderId, 'The order.'),
        sku: field(sku, 'The stock-keeping unit.'),
        qty: field(quantity, 'Units of the product.'),
        batchref: field(reference, 'The reference of the batch that held the line until now.'),
        // Open, since rules to come have reasons of their own: a consumer ignores those that it does not know.
        reason: field(
          storedCode,
          'Why: `cancelled` on request, `batch-shrunk` against the wish of the customer.',
        ),
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
