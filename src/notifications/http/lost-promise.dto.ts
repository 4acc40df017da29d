import { ApiProperty } from '@nestjs/swagger';
import {
  AfterPosition,
  DEFAULT_LIMIT,
  Limit,
  OrderId,
  Quantity,
  Reference,
  Sku,
  WholeNumber,
} from '../../platform/http/dto/fields.js';
import { PageOf } from '../../platform/http/dto/paging.js';

export class ListLostPromisesQuery {
  @Sku({ optional: true }) sku?: string;
  @AfterPosition() after = 0;
  @Limit() limit = DEFAULT_LIMIT;
}

export class LostPromiseBody {
  @WholeNumber({
    min: 1,
    description: 'The cursor into the list: the position of the event that reports it.',
    example: 42,
  })
  position!: number;

  @OrderId() orderId!: string;
  @Sku() sku!: string;
  @Quantity() quantity!: number;
  @Reference({ description: 'The batch that the line lost.' }) batchReference!: string;
  @ApiProperty({ format: 'date-time', example: '2026-08-01T09:30:00.000Z' }) lostAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When its alert was written; null until the quiet period is over.',
    example: '2026-08-01T09:30:01.000Z',
  })
  reportedAt!: string | null;
}

export class LostPromisePageBody extends PageOf(LostPromiseBody, 'integer') {}
