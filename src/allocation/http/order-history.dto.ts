import { ApiProperty } from '@nestjs/swagger';
import {
  AfterPosition,
  DEFAULT_LIMIT,
  Limit,
  OrderId,
  Reference,
  Sku,
  WholeNumber,
} from '../../platform/http/dto/fields.js';
import { REASONS_TO_PASS_OVER, type PassedOver } from '../domain/passed-over.js';
import { PageOf } from '../../platform/http/dto/paging.js';

export class OrderHistoryQuery {
  @AfterPosition() after?: number;
  @Limit() limit = DEFAULT_LIMIT;
}

export class PassedOverBody {
  @Reference() batchReference!: string;
  @ApiProperty({
    enum: REASONS_TO_PASS_OVER,
    description:
      '`too-small`: the batch cannot hold the line. `later`: too few units of the batch have arrived, and the rest ' +
      'arrives later than the batch that was chosen. `after-needed-by`: the same, and the rest arrives after ' +
      '`neededBy`. `other-location`: the line may not come from the location of the batch, or another location ' +
      'supplies the order. `blocked`: the batch is blocked. `expired`: its units do not keep long enough.',
    example: 'too-small',
  })
  reason!: PassedOver['reason'];
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
    description: 'Why it happened; null if the event has no reason.',
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
    type: [PassedOverBody],
    description:
      'Batches that the line would have preferred, and why it did not get its units from them; at most five.',
  })
  passedOver!: readonly PassedOver[];
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
