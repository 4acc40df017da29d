import { ApiProperty } from '@nestjs/swagger';
import {
  AfterPlace,
  DEFAULT_LIMIT,
  Eta,
  ExpectedDate,
  FlagInQuery,
  Limit,
  OrderId,
  Overdue,
  Quantity,
  Reference,
  Sku,
} from '../../platform/http/dto/fields.js';
import { PageOf } from '../../platform/http/dto/paging.js';

export class ListPromisesQuery {
  @Reference({ optional: true }) batchReference?: string;
  @Sku({ optional: true }) sku?: string;
  @OrderId({ optional: true }) orderId?: string;
  @FlagInQuery({
    description: 'Only lines that are expected later than promised, or later than needed.',
  })
  late?: boolean;
  @AfterPlace() after?: string;
  @Limit() limit = DEFAULT_LIMIT;
}

class PromisedClaimBody {
  @Reference() batchReference!: string;
  @Quantity() quantity!: number;
  @Eta() eta!: string | null;
}

export class PromisedLineBody {
  @OrderId() orderId!: string;
  @Sku() sku!: string;
  @Quantity({ description: 'Units that the line claims.' }) quantity!: number;
  @ApiProperty({ type: [PromisedClaimBody], description: 'The units that the line claims of each batch.' })
  claims!: PromisedClaimBody[];
  @Eta({
    description:
      'The day that was promised first; null: the units were on hand, or nothing was promised yet.',
  })
  promisedDate!: string | null;
  @ExpectedDate() expectedDate!: string | null;
  @Overdue() overdue!: boolean;
  @Eta({ description: 'The last day on which the units may arrive; null: any day.' }) neededBy!:
    | string
    | null;
  @ApiProperty({
    description: 'Whether the line is expected later than promised, or later than needed.',
    example: false,
  })
  late!: boolean;
}

export class PromisePageBody extends PageOf(PromisedLineBody) {}
