import type {
  LineAllocated,
  LineDeallocated,
  LineReallocated,
  PromisesChanged,
} from './allocation/contract/allocation.contract.js';
import { ChangeBatch } from './batches/commands/change-batch.js';
import eventSchemas from './vocabulary/event-schemas.json' with { type: 'json' };
import { incoming, outgoing, type Registry } from './platform/brokers/channels/channel.js';
import { field, MessageSchema } from './platform/brokers/channels/message-schema.js';
import { storedCode } from './vocabulary/code.js';
import { aDay, eta } from './vocabulary/eta.js';
import { orderId } from './vocabulary/order-id.js';
import { quantity, quantityOrZero } from './vocabulary/quantity.js';
import { reference } from './vocabulary/reference.js';
import { sku } from './vocabulary/sku.js';
import type { Value } from './vocabulary/value.js';

/** The order line of a message. */
const line = {
  orderid: field(orderId, 'The id of the order.'),
  sku: field(sku, 'The stock-keeping unit.'),
  qty: field(quantity, 'Units of the product.'),
};
const exampleLine = { orderid: 'order-7', sku: 'SMALL-TABLE', qty: 10, batchref: 'PO-2031' };

const lineOf = ({ data }: LineAllocated | LineReallocated | LineDeallocated) => ({
  orderid: data.orderId,
  sku: data.sku,
  qty: data.quantity,
  batchref: data.batchReference,
});

const dayOrNone: Value<string | null> = { ...eta, schema: { ...eta.schema, type: ['string', 'null'] } };

/** Every message that the service sends and receives over a broker: checked at start, shown by `GET /asyncapi.json`. */
export const registry: Registry = {
  eventSchemas,
  channels: [
    incoming({
      name: 'change_batch_quantity',
      version: 1,
      summary: 'The quantity of a batch has changed.',
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
      orderedBy: 'sku',
      body: new MessageSchema({
        ...line,
        batchref: field(reference, 'The reference of the batch that holds the line now.'),
      }),
      example: exampleLine,
      publishes: ['LineAllocated', 'LineReallocated'],
      // A hold that moves was never published: its line is once it is confirmed.
      isPublished: ({ type, data }) => type === 'LineAllocated' || data.from !== 'hold',
      toBody: (event: LineAllocated | LineReallocated) => lineOf(event),
    }),
    outgoing({
      name: 'line_deallocated',
      version: 1,
      summary:
        'An order line lost its batch: it was cancelled, or the batch shrank or a reallocation run took its units, and no other could hold it.',
      orderedBy: 'sku',
      body: new MessageSchema({
        ...line,
        batchref: field(reference, 'The reference of the batch that held the line until now.'),
        // Any code, since later rules add reasons: a consumer ignores a reason that it does not know.
        reason: field(storedCode, '`cancelled` on request, `batch-shrunk`, or `reallocation-run`.'),
      }),
      example: { ...exampleLine, reason: 'batch-shrunk' },
      publishes: ['LineDeallocated'],
      toBody: (event: LineDeallocated) => ({ ...lineOf(event), reason: event.data.reason }),
    }),
    outgoing({
      name: 'promises_changed',
      version: 1,
      summary: 'A batch has another date, and order lines that claim units of it are expected on that date.',
      orderedBy: 'sku',
      body: new MessageSchema({
        batchref: field(reference, 'The reference of the batch.'),
        sku: field(sku, 'The stock-keeping unit.'),
        previouseta: field(dayOrNone, 'The date until now; null: it counted as on hand.'),
        eta: field(aDay, 'The date from now on.'),
        lines: field(quantity, 'Order lines that claim units of the batch.'),
        qty: field(quantity, 'Units that they claim.'),
      }),
      example: {
        ...{ batchref: 'PO-2031', sku: 'SMALL-TABLE', previouseta: '2026-09-01', eta: '2026-09-15' },
        ...{ lines: 3, qty: 10 },
      },
      publishes: ['PromisesChanged'],
      toBody: ({ data }: PromisesChanged) => ({
        ...{ batchref: data.batchReference, sku: data.sku, previouseta: data.previousEta, eta: data.eta },
        ...{ lines: data.lines, qty: data.units },
      }),
    }),
  ],
};
