import { ApiProperty } from '@nestjs/swagger';
import {
  AfterPosition,
  DEFAULT_LIMIT,
  Limit,
  OrderId,
  Sku,
  WholeNumber,
} from '../../platform/http/dto/fields.js';
import { PageOf } from '../../platform/http/dto/paging.js';

export class OrderHistoryQuery {
  @AfterPosition() after?: number;
  @Limit() limit = DEFAULT_LIMIT;
}

export class OrderHistoryEntryBody {
  @WholeNumber({ min: 1, description: 'The position of the event in the log.', example: 42 })
  position!: number;
  @ApiProperty({ format: 'date-time', example: '2026-08-01T09:30:00.000Z' }) occurredAt!: Date;
  @ApiProperty({
    description: 'The type of the event. Later versions may add more.',
    example: 'LineReallocated',
  })
  type!: string;
  @Sku() sku!: string;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Why it happened; null if the event needs no reason.',
    example: 'batch-shrunk',
  })
  reason!: string | null;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Who did it, as in `GET /v1/events`.',
    example: 'web-shop',
  })
  actor!: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The facts of the event, as in `GET /v1/events`.',
    example: { orderId: 'order-7', sku: 'SMALL-TABLE', quantity: 10, batchReference: 'PO-2031' },
  })
  data!: object;
}

export class OrderHistoryBody extends PageOf(OrderHistoryEntryBody, 'integer') {
  @OrderId() orderId!: string;
}
