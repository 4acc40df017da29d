import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import {
  DocumentId,
  Eta,
  Flag,
  ListOf,
  ObjectOf,
  OrderId,
  Quantity,
  Reference,
  Sku,
  WholeNumber,
} from '../../platform/http/dto/fields.js';
import { MOST_STEPS } from '../commands/simulation-limits.js';
import { AllocateLineBody, AllocationBody } from './allocation.dto.js';
import { PolicyBody, PutPolicyBody } from './policy.dto.js';
import { OrderBody, PutOrderBody } from './order.dto.js';
import { BatchUnitsBody, ReceiptBody, ReceiveBody, ShipBody, ShipmentBody } from './warehouse.dto.js';

export class SimulatedOrderBody extends PutOrderBody {
  @OrderId({ isNew: true }) orderId!: string;
}

export class SimulatedRegistrationBody {
  @Reference({ isNew: true }) reference!: string;
  @Sku({ isNew: true }) sku!: string;
  @Quantity() quantity!: number;
  @Eta({ optional: true }) eta?: string | null;
}

export class SimulatedQuantityBody {
  @Reference() reference!: string;
  @Quantity({ min: 0 }) quantity!: number;
}

export class SimulatedDateBody {
  @Reference() reference!: string;
  @Eta({ description: 'The new date; null if the batch has arrived.' }) eta!: string | null;
}

export class SimulatedReceiptBody extends ReceiveBody {
  @DocumentId({ isNew: true, example: 'receipt-7' }) receiptId!: string;
}

export class SimulatedShipmentBody extends ShipBody {
  @DocumentId({ isNew: true, example: 'shipment-7' }) shipmentId!: string;
}

export class SimulatedPolicyBody extends PutPolicyBody {
  @Sku() sku!: string;
}

/** A call, by its body and the name that stands in its path. */
export class StepBody {
  @ObjectOf(SimulatedOrderBody, { optional: true, description: '`PUT /v1/orders/{orderId}`' })
  order?: SimulatedOrderBody;
  @ObjectOf(AllocateLineBody, { optional: true, description: '`POST /v1/allocations`' })
  allocate?: AllocateLineBody;
  @ObjectOf(SimulatedRegistrationBody, { optional: true, description: '`POST /v1/batches`' })
  register?: SimulatedRegistrationBody;
  @ObjectOf(SimulatedQuantityBody, {
    optional: true,
    description: '`PATCH /v1/batches/{reference}` with `quantity`',
  })
  changeQuantity?: SimulatedQuantityBody;
  @ObjectOf(SimulatedDateBody, { optional: true, description: '`PATCH /v1/batches/{reference}` with `eta`' })
  reschedule?: SimulatedDateBody;
  @ObjectOf(SimulatedReceiptBody, { optional: true, description: '`PUT /v1/receipts/{receiptId}`' })
  receive?: SimulatedReceiptBody;
  @ObjectOf(SimulatedShipmentBody, { optional: true, description: '`PUT /v1/shipments/{shipmentId}`' })
  ship?: SimulatedShipmentBody;
  @ObjectOf(SimulatedPolicyBody, { optional: true, description: '`PUT /v1/products/{sku}/policy`' })
  policy?: SimulatedPolicyBody;
}

@ApiExtraModels(StepBody)
export class SimulateBody {
  @ListOf(StepBody, {
    max: MOST_STEPS,
    oneFieldEach: true,
    description:
      'The calls, in the order in which they run. Each step has exactly one field, which names the call.',
  })
  steps!: StepBody[];
}

export class SimulatedEventBody {
  @ApiProperty({ description: 'As in `GET /v1/events`.', example: 'LineReallocated' }) type!: string;
  @WholeNumber({ min: 1, description: "The version of the event's schema.", example: 1 }) version!: number;
  @ApiProperty({ description: 'The SKU.', example: 'SMALL-TABLE' }) key!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The facts of the event, as in `GET /v1/events`.',
    example: { orderId: 'order-7', sku: 'SMALL-TABLE', quantity: 10, batchReference: 'PO-2032' },
  })
  data!: object;
}

const ANSWERS = [AllocationBody, OrderBody, ReceiptBody, ShipmentBody, PolicyBody];

@ApiExtraModels(...ANSWERS)
export class SimulatedStepBody {
  @WholeNumber({ min: 200, description: 'The status that the call would have.', example: 201 })
  status!: number;
  @ApiProperty({
    required: false,
    description: 'What the call would answer; left out if it would be refused.',
    oneOf: [
      ...ANSWERS.map((answer) => ({ $ref: getSchemaPath(answer) })),
      { $ref: getSchemaPath('BatchBody') },
    ],
    example: {
      orderId: 'order-8',
      sku: 'SMALL-TABLE',
      quantity: 10,
      batchReference: 'PO-2031',
      eta: '2027-03-31',
      overdue: false,
      expectedDate: '2027-03-31',
    },
  })
  body?: object;
  @ApiProperty({
    required: false,
    description: 'Why the call would be refused.',
    allOf: [{ $ref: getSchemaPath('Problem') }],
  })
  problem?: object;
  @ApiProperty({
    type: [SimulatedEventBody],
    description: 'The events that the call would publish, in this order.',
  })
  events!: SimulatedEventBody[];
}

export class PlacedUnitsBody extends BatchUnitsBody {
  @Eta() eta!: string | null;
}

export class LinePlaceBody extends PlacedUnitsBody {
  @ApiProperty({
    type: [PlacedUnitsBody],
    required: false,
    description: 'The units that the line claims of each batch; left out if one batch holds the whole line.',
  })
  claims?: PlacedUnitsBody[];
}

const place = (description: string) => ApiProperty({ type: LinePlaceBody, nullable: true, description });

export class ChangedLineBody {
  @OrderId() orderId!: string;
  @Sku() sku!: string;
  @place('What the line claims now; null: nothing.') before!: LinePlaceBody | null;
  @place(
    'What the line would claim; null: nothing, because it would lose its claim, be deallocated or be shipped.',
  )
  after!: LinePlaceBody | null;
}

export class SimulationBody {
  @ApiProperty({ type: [SimulatedStepBody], description: 'One result for each step, in the same order.' })
  steps!: SimulatedStepBody[];
  @ApiProperty({
    type: [ChangedLineBody],
    description: 'Every line that would claim other units, or whose units would arrive on another day.',
  })
  changedLines!: ChangedLineBody[];
  @Flag({
    description:
      'Whether more lines would change than are listed: if a batch gets another date, only 10,000 of its lines are ' +
      'checked.',
    example: false,
  })
  more!: boolean;
}
