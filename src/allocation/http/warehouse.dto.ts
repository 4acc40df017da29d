import { ApiProperty } from '@nestjs/swagger';
import {
  After,
  DEFAULT_LIMIT,
  Difference,
  DocumentId,
  Flag,
  Limit,
  ListOf,
  OneOf,
  OrderId,
  Quantity,
  Reason,
  Reference,
  Sku,
  WholeNumber,
} from '../../platform/http/dto/fields.js';
import { PageOf } from '../../platform/http/dto/paging.js';

/** The most lines of a shipment or a return. */
const MOST_LINES = 100;
const INSTANT = { type: 'string', format: 'date-time', example: '2026-09-01T12:00:00.000Z' } as const;

export class ReceiptPath {
  @DocumentId({ isNew: true, example: 'receipt-7' }) receiptId!: string;
}

export class ReceiveBody {
  @Reference() batchReference!: string;
  @Quantity({ min: 0, description: 'Units that arrived and can be used.' }) quantity!: number;
  @Quantity({
    min: 0,
    optional: true,
    description: 'Units that arrived and cannot be used. They are not expected any more.',
    example: 1,
  })
  rejected?: number;
  @Flag({
    optional: true,
    description: 'Whether the units that are still outstanding will not arrive.',
    example: false,
  })
  final?: boolean;
}

/** The receipt as it is meant: what is left out has its default. */
export const receiptOf = ({ quantity, rejected = 0, final: isFinal = false }: ReceiveBody) => ({
  quantity,
  rejected,
  isFinal,
});

export class ReceiptBody extends ReceiptPath {
  @Reference() batchReference!: string;
  @Sku() sku!: string;
  @Quantity({ min: 0, description: 'Units that arrived and can be used.' }) quantity!: number;
  @Quantity({ min: 0, example: 0 }) rejected!: number;
  @Flag({ example: false }) final!: boolean;
  @Quantity({ min: 0, description: 'Units that arrived in addition to the outstanding ones.', example: 0 })
  overReceived!: number;
  @WholeNumber({ description: 'Units of the batch on hand afterwards.', example: 10 }) onHand!: number;
  @WholeNumber({ description: 'Units of the batch that are still to come afterwards.', example: 0 })
  outstanding!: number;
}

export class AdjustmentPath {
  @DocumentId({ isNew: true, example: 'adjustment-7' }) adjustmentId!: string;
}

export class AdjustBody {
  @Reference() batchReference!: string;
  @Difference() by!: number;
  @Reason() reason!: string;
}

export class AdjustmentBody extends AdjustmentPath {
  @Reference() batchReference!: string;
  @Sku() sku!: string;
  @Difference() by!: number;
  @Reason() reason!: string;
  @WholeNumber({ description: 'Units of the batch on hand afterwards.', example: 8 }) onHand!: number;
}

export class CountPath {
  @DocumentId({ isNew: true, example: 'count-7' }) countId!: string;
}

export class CountBody {
  @Reference() batchReference!: string;
  @Quantity({ min: 0, description: 'Units that were counted.', example: 8 }) counted!: number;
  @Quantity({
    min: 0,
    optional: true,
    description: 'The value of `onHand` at the time of counting. Default: its value now.',
    example: 10,
  })
  expected?: number;
  @Reason({ optional: true, example: 'cycle count' }) reason?: string;
}

export class CountedBody extends CountPath {
  @Reference() batchReference!: string;
  @Sku() sku!: string;
  @WholeNumber({ description: 'Units that were counted.', example: 8 }) counted!: number;
  @WholeNumber({ description: 'The value of `onHand` at the time of counting.', example: 10 })
  expected!: number;
  @ApiProperty({
    type: 'integer',
    description: '`counted` minus `expected`: units that were found (positive) or are missing (negative).',
    example: -2,
  })
  variance!: number;
  @Reason({ optional: true, example: 'cycle count' }) reason?: string;
  @WholeNumber({ description: 'Units of the batch on hand afterwards.', example: 8 }) onHand!: number;
}

export class ShipmentPath {
  @DocumentId({ isNew: true, example: 'shipment-7' }) shipmentId!: string;
}

export class WantedShipmentBody {
  @Sku() sku!: string;
  @Quantity() quantity!: number;
}

export class ShipBody {
  @OrderId() orderId!: string;
  @ListOf(WantedShipmentBody, {
    max: MOST_LINES,
    optional: true,
    description: 'The units to ship, each SKU once. Left out: all units of the order that are on hand.',
  })
  lines?: WantedShipmentBody[];
}

export class BatchUnitsBody {
  @Reference() batchReference!: string;
  @Quantity() quantity!: number;
}

export class ShippedLineBody extends WantedShipmentBody {
  @ApiProperty({ type: [BatchUnitsBody], description: 'The batches that the units were shipped from.' })
  batches!: BatchUnitsBody[];
}

export class ShipmentBody extends ShipmentPath {
  @OrderId() orderId!: string;
  @ApiProperty({ enum: ['shipped', 'cancelled'], example: 'shipped' }) state!: 'shipped' | 'cancelled';
  @ApiProperty(INSTANT) shippedAt!: string;
  @ApiProperty({ ...INSTANT, nullable: true, example: null }) cancelledAt!: string | null;
  @ApiProperty({ type: [ShippedLineBody] }) lines!: ShippedLineBody[];
}

export class ShipmentPageBody extends PageOf(ShipmentBody) {}

export class ListShipmentsQuery {
  @OrderId() orderId!: string;
  @After({ example: 'shipment-7' }) after?: string;
  @Limit() limit = DEFAULT_LIMIT;
}

export class ReturnPath {
  @DocumentId({ isNew: true, example: 'return-7' }) returnId!: string;
}

export class ReturnedLineBody {
  @Sku() sku!: string;
  @Quantity() quantity!: number;
  @OneOf(['restock', 'scrap'], {
    description: '`restock`: the units can be promised again. `scrap`: they cannot.',
    example: 'restock',
  })
  disposition!: 'restock' | 'scrap';
  @Reason({ optional: true }) reason?: string;
}

export class ReturnGoodsBody {
  @OrderId() orderId!: string;
  @ListOf(ReturnedLineBody, { max: MOST_LINES, description: 'The units that came back.' })
  lines!: ReturnedLineBody[];
}

export class TakenBackLineBody extends ReturnedLineBody {
  @ApiProperty({ type: [BatchUnitsBody], description: 'The batches that the units went back to.' })
  batches!: BatchUnitsBody[];
}

export class ReturnBody extends ReturnPath {
  @OrderId() orderId!: string;
  @ApiProperty(INSTANT) returnedAt!: string;
  @ApiProperty({ type: [TakenBackLineBody] }) lines!: TakenBackLineBody[];
}
