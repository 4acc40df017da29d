import { ApiProperty, OmitType } from '@nestjs/swagger';
import {
  After,
  Channel,
  DEFAULT_LIMIT,
  Eta,
  Flag,
  Limit,
  ListOf,
  Location,
  Locations,
  OneOf,
  OneOfInQuery,
  OrderId,
  Quantity,
  Reference,
  Sku,
  WholeNumber,
} from '../../platform/http/dto/fields.js';
import { PageOf } from '../../platform/http/dto/paging.js';
import { DEFAULT_PRIORITY } from '../domain/order-line.js';
import { LINE_STATES, ORDER_STATES, type LineStateName, type OrderStateName } from '../domain/order-state.js';
import type { WantedOrder } from '../domain/wanted-order.js';
import { AvailabilityBody } from './product.dto.js';

/** The most lines of an order. */
const MOST_LINES = 100;
/** The most items of a question about availability. */
const MOST_ITEMS = 500;

const NEEDED_BY = 'The last day on which its units may come; null, or left out: any day.';

export class WantedLineBody {
  @Sku({ isNew: true }) sku!: string;
  @Quantity() quantity!: number;
  @Flag({
    optional: true,
    description: 'Whether several batches may hold the line together.',
    example: false,
  })
  split?: boolean;
  @Eta({ optional: true, description: NEEDED_BY }) neededBy?: string | null;
}

export class PutOrderBody {
  @ListOf(WantedLineBody, { max: MOST_LINES, description: 'The lines of the order, each SKU once.' })
  lines!: WantedLineBody[];

  @OneOf(['refuse', 'skip', 'backorder'], {
    optional: true,
    description:
      'If a line does not fit: `refuse` the whole order, `skip` that line, or let it wait: `backorder`. Units that become ' +
      'free go to the lines that wait, higher priority first, then the oldest. Left out: `refuse`.',
    example: 'refuse',
  })
  whenShort?: WantedOrder['whenShort'];

  @WholeNumber({
    min: 10,
    max: 14_400,
    optional: true,
    description: 'Makes it a hold that ends after so many seconds. Left out: the order is firm.',
    example: 900,
  })
  expiresInSeconds?: number;

  @WholeNumber({
    max: 9,
    optional: true,
    description:
      'Lines of a higher priority are the first to get units that they wait for, and the last to leave a batch that ' +
      `shrinks. Left out: ${DEFAULT_PRIORITY}.`,
    example: DEFAULT_PRIORITY,
  })
  priority?: number;

  @Flag({ optional: true, description: 'Whether the order leaves as a whole only.', example: false })
  shipComplete?: boolean;

  @Channel({ isNew: true, optional: true }) channel?: string;

  @Locations({ optional: true }) locations?: readonly string[];

  @Flag({ optional: true, description: 'Whether to open a cancelled order again.', example: false })
  reopen?: boolean;
}

export class ListOrdersQuery {
  @OneOfInQuery(ORDER_STATES, { description: 'Only orders in this state.', example: 'allocated' })
  state?: OrderStateName;
  @Sku({ optional: true }) sku?: string;
  @Channel({ optional: true }) channel?: string;
  @After({ example: 'order-7' }) after?: string;
  @Limit() limit = DEFAULT_LIMIT;
}

const INSTANT = { type: 'string', format: 'date-time', example: '2026-09-01T12:00:00.000Z' } as const;

export class ClaimBody {
  @Reference() batchReference!: string;
  @Location() location!: string;
  @Quantity() quantity!: number;
  @Eta() eta!: string | null;
}

export class RefusalBody {
  @Quantity({ description: 'Units that the line asked for.' }) requested!: number;
  @Quantity({ min: 0, description: 'Units that it could have.', example: 3 }) available!: number;
  @Eta({
    description: 'The day on which it could have all of them, if that is only later than it needs them.',
  })
  earliest!: string | null;
}

export class OrderedLineBody {
  @Sku() sku!: string;
  @Quantity({ description: 'Units, those that have left included.' }) quantity!: number;
  @ApiProperty({
    enum: LINE_STATES,
    description:
      '`backordered`: it waits for its units. `refused`: it claims less than it asks for, since it did not fit or has lost ' +
      'its batch.',
    example: 'allocated',
  })
  state!: LineStateName;
  @Flag({ example: false }) split!: boolean;
  @Eta({ description: NEEDED_BY, example: null }) neededBy!: string | null;
  @ApiProperty({ type: [ClaimBody], description: 'What it claims, and has not left yet.' })
  claims!: ClaimBody[];
  @Eta({ description: 'The day that was promised first; null: at once.' }) promisedDate!: string | null;
  @Eta({
    description: 'The day it is expected now; null if it is on hand, or overdue and so without a known date.',
  })
  expectedDate!: string | null;
  @Flag({ description: 'Whether a day on which it was due has passed.', example: false }) overdue!: boolean;
  @Quantity({ min: 0, description: 'Units that have left.', example: 0 }) shipped!: number;
  @Quantity({ min: 0, description: 'Of those, the units that came back.', example: 0 }) returned!: number;
  @ApiProperty({
    type: RefusalBody,
    required: false,
    description: 'Why the line was left out, or left as it was. In the answer to the call only.',
  })
  refusal?: RefusalBody;
}

export class OrderBody {
  @OrderId() orderId!: string;
  @ApiProperty({ enum: ORDER_STATES, example: 'allocated' }) state!: OrderStateName;
  @ApiProperty({
    type: 'string',
    description: 'The version, as the `ETag` has it.',
    example: '3-9b1f0c3a5d7e2846',
  })
  version!: string;
  @ApiProperty({ ...INSTANT, nullable: true, description: 'When the hold ends; null: the order is firm.' })
  expiresAt!: string | null;
  @WholeNumber({ max: 9, example: DEFAULT_PRIORITY }) priority!: number;
  @ApiProperty({ type: 'string', nullable: true, description: 'Where the order comes from.', example: 'web' })
  channel!: string | null;
  @Locations({ isNullable: true }) locations!: readonly string[] | null;
  @Flag({ example: false }) shipComplete!: boolean;
  @Eta({ description: 'The latest day that was promised first for a line; null: at once.' })
  promisedDate!: string | null;
  @ApiProperty({ type: [OrderedLineBody] }) lines!: OrderedLineBody[];
}

export class OrderPageBody extends PageOf(OrderBody) {}

export class CartItemBody {
  @Sku() sku!: string;
  @Quantity({
    optional: true,
    description: 'The units of a line: `promise` is then the batch that it would get now.',
  })
  quantity?: number;
}

export class CartBody {
  @ListOf(CartItemBody, { max: MOST_ITEMS, description: 'The items of a cart.' })
  items!: CartItemBody[];

  @Eta({ optional: true, description: 'Only what comes on this day or before; null, or left out: any day.' })
  by?: string | null;
}

export class CartItemAvailabilityBody extends OmitType(AvailabilityBody, ['version']) {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: "The product's version; null if it is not known.",
    example: 7,
  })
  version!: number | null;

  @Flag({ description: 'Whether a batch of the SKU was ever registered.', example: true }) known!: boolean;
}

export class CartAvailabilityBody {
  @ApiProperty({ type: [CartItemAvailabilityBody], description: 'In the order of the question.' })
  items!: CartItemAvailabilityBody[];
}
