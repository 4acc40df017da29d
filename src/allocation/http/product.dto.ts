import { ApiProperty, OmitType } from '@nestjs/swagger';
import {
  After,
  DayInQuery,
  DEFAULT_LIMIT,
  Eta,
  ExpectedDate,
  Flag,
  Limit,
  Location,
  Overdue,
  Quantity,
  QuantityInQuery,
  Reference,
  Sku,
  WholeNumber,
} from '../../platform/http/dto/fields.js';
import { PageOf } from '../../platform/http/dto/paging.js';

export class ProductPath {
  @Sku() sku!: string;
}

export class ListProductsQuery {
  @After({ example: 'SMALL-TABLE' }) after?: string;
  @Limit() limit = DEFAULT_LIMIT;
}

export class AvailabilityQuery {
  @QuantityInQuery({
    description: 'The units of a line. `promise` is then the batch that this line would get now.',
  })
  quantity?: number;
}

export class StockFiguresBody {
  @WholeNumber({ description: 'Units on hand and inbound.', example: 100 })
  quantity!: number;
  @WholeNumber({ description: 'Units that are claimed: the same as `claimed`.', example: 60 })
  allocated!: number;
  @WholeNumber({ description: 'Units that no order line claims.', example: 40 }) available!: number;
  @WholeNumber({ description: 'Units in the warehouse, claimed or not.', example: 80 }) onHand!: number;
  @WholeNumber({ description: 'Units that are still to come.', example: 20 }) inbound!: number;
  @WholeNumber({ description: 'Units that were shipped.', example: 5 }) shipped!: number;
  @WholeNumber({ description: 'Units that order lines claim.', example: 60 }) claimed!: number;
  @WholeNumber({ description: 'Units in `claimed` that belong to holds.', example: 10 }) held!: number;
}

export class ProductSummaryBody extends StockFiguresBody {
  @Sku() sku!: string;
  @WholeNumber({
    min: 1,
    description: 'The version of the product. Every change raises it by one.',
    example: 7,
  })
  version!: number;
}

export class ProductPageBody extends PageOf(ProductSummaryBody) {}

export class StockBody extends OmitType(StockFiguresBody, ['quantity', 'allocated', 'available']) {
  @Quantity({ min: 0, description: 'Units on hand and inbound.' })
  quantity!: number;
  @Quantity({ min: 0, description: 'Units that are claimed: the same as `claimed`.', example: 6 })
  allocated!: number;
  @Quantity({ min: 0, description: 'Units that no order line claims.', example: 4 })
  available!: number;
  @Reference() reference!: string;
  @Eta() eta!: string | null;
  @Overdue() overdue!: boolean;
  @ExpectedDate() expectedDate!: string | null;
  @Location() location!: string;
  @Eta({ description: 'The last day on which the units can be used; null: they do not expire.' })
  bestBefore!: string | null;
  @Flag({
    description: 'Whether the batch is blocked, so that no new line can claim its units.',
    example: false,
  })
  blocked!: boolean;
}

export class ProductBody extends ProductSummaryBody {
  @ApiProperty({
    type: [StockBody],
    description:
      'In the order in which lines use them, by the policy of the product; batches without units come last. At most ' +
      '500.',
  })
  batches!: StockBody[];

  @ApiProperty({ description: 'Whether the product has more batches.', example: false })
  more!: boolean;
}

export class InboundBody {
  @Eta({ example: '2026-12-01' }) eta!: string;
  @Overdue() overdue!: boolean;
  @ExpectedDate() expectedDate!: string | null;
  @WholeNumber({ description: 'Units that are due on that day and not claimed.', example: 25 })
  available!: number;
}

export class PromiseBody {
  @Reference() batchReference!: string;
  @Eta() eta!: string | null;
  @Overdue() overdue!: boolean;
  @ExpectedDate() expectedDate!: string | null;
}

export class AvailabilityBody {
  @Sku() sku!: string;
  @WholeNumber({ min: 1, description: "The product's version.", example: 7 }) version!: number;
  @WholeNumber({ description: 'Units available now.', example: 15 }) onHand!: number;
  @ApiProperty({ type: [InboundBody], description: 'Units available later, by date.' })
  inbound!: InboundBody[];

  @ApiProperty({
    type: PromiseBody,
    nullable: true,
    description:
      'The batch that a line would get now; null if none can hold the quantity, or if no quantity was given.',
  })
  promise!: PromiseBody | null;
}

export class TimelineQuery {
  @DayInQuery({ description: 'The last day that is shown.', example: '2026-12-31' }) until?: string;
}

export class TimelineRowBody {
  @Eta({ description: 'The day; null for units on hand and for overdue units, whose day is unknown.' })
  date!: string | null;
  @ApiProperty({
    description: 'Whether these units are overdue: their day has passed, and they have not arrived.',
    example: false,
  })
  overdue!: boolean;
  @WholeNumber({
    description: 'Units that arrive on that day; in the first row, the units on hand.',
    example: 100,
  })
  receipts!: number;
  @WholeNumber({ description: 'Units in `receipts` that order lines claim.', example: 60 }) claims!: number;
  @WholeNumber({ description: 'Units in `receipts` that no order line claims.', example: 40 })
  available!: number;
  @WholeNumber({ description: 'The sum of `available` of all rows up to this one.', example: 55 })
  cumulative!: number;
}

export class TimelineBody {
  @Sku() sku!: string;
  @WholeNumber({ min: 1, description: "The product's version.", example: 7 }) version!: number;
  @ApiProperty({
    type: [TimelineRowBody],
    description:
      'The units on hand first, then one row for each day, and last the overdue units, if there are any.',
  })
  items!: TimelineRowBody[];
}
