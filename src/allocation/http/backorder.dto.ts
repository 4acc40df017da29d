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
  @Quantity({ description: 'Units that the line waits for.' }) quantity!: number;
  @WholeNumber({ description: 'Units that the lines before it wait for.', example: 12 }) unitsAhead!: number;
  @WholeNumber({ max: 9, description: 'Lines of higher priority come first.', example: 5 }) priority!: number;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The channel that the order comes from, such as `web`.',
    example: 'web',
  })
  channel!: string | null;
  @Flag({ description: 'Whether the units of the line may come from several batches.', example: false })
  split!: boolean;
  @Eta({ description: 'The last day on which the units may arrive; null: any day.', example: null })
  neededBy!: string | null;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When the hold of the line ends, and with it the waiting; null: the line is firm.',
    example: null,
  })
  expiresAt!: string | null;
}

export class BackorderPageBody extends PageOf(BackorderBody, 'integer') {}
