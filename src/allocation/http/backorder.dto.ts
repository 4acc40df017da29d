import { ApiProperty } from '@nestjs/swagger';
import {
  AfterPosition,
  DEFAULT_LIMIT,
  Eta,
  Flag,
  Limit,
  OrderId,
  Quantity,
  WholeNumber,
} from '../../platform/http/dto/fields.js';
import { PageOf } from '../../platform/http/dto/paging.js';

export class ListBackordersQuery {
  @AfterPosition() after?: number;
  @Limit() limit = DEFAULT_LIMIT;
}

export class BackorderBody {
  @OrderId() orderId!: string;
  @Quantity({ description: 'Units that it waits for.' }) quantity!: number;
  @WholeNumber({ description: 'Units that the lines before it wait for.', example: 12 }) unitsAhead!: number;
  @WholeNumber({ max: 9, description: 'Higher first.', example: 5 }) priority!: number;
  @ApiProperty({ type: 'string', nullable: true, description: 'Where the order comes from.', example: 'web' })
  channel!: string | null;
  @Flag({ description: 'Whether several batches may hold it together.', example: false }) split!: boolean;
  @Eta({ description: 'The last day on which its units may come; null: any day.', example: null })
  neededBy!: string | null;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When its hold ends, until when it waits; null: it is firm.',
    example: null,
  })
  expiresAt!: string | null;
}

export class BackorderPageBody extends PageOf(BackorderBody, 'integer') {}
