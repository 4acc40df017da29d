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

const NEEDED_BY = 'The last day on which the units may arrive; null or left out: any day.';

export class WantedLineBody {
  @Sku({ isNew: true }) sku!: string;
  @Quantity() quantity!: number;
  @Flag({
    optional: true,
    description: 'Whether the units of the line may come from several batches.',
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
      'What happens if a line fits in no batch. `refuse`: the whole order is refused. `skip`: that line is left out, ' +
      'or stays as it was. `backorder`: that line waits for units; the policy of the product sets which waiting line ' +
      'gets units first. Default: `refuse`.',
    example: 'refuse',
  })
  whenShort?: WantedOrder['whenShort'];

  @WholeNumber({
    min: 10,
    max: 14_400,
    optional: true,
    description: 'Makes the order a hold that ends after this many seconds. Left out: the order is firm.',
    example: 900,
  })
  expiresInSeconds?: number;

  @WholeNumber({
    max: 9,
    optional: true,
    description:
      'Lines of higher priority are the first to get units that become available, and the last to leave a batch that ' +
      `shrinks. Default: ${DEFAULT_PRIORITY}.`,
    example: DEFAULT_PRIORITY,
  })
  priority?: number;

  @Flag({ optional: true, description: 'Whether the order can only be shipped as a whole.', example: false })
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
  @Quantity({ min: 0, description: 'Units that the line could get.', example: 3 }) available!: number;
  @Eta({
    description:
      'The day on which the line could get all its units, if that is later than `neededBy`; otherwise null.',
  })
  earliest!: string | null;
}

export class OrderedLineBody {
  @Sku() sku!: string;
  @Quantity({ description: 'Units of the line, including shipped units.' }) quantity!: number;
  @ApiProperty({
    enum: LINE_STATES,
    description:
      '`backordered`: the line waits for its units. `refused`: the line claims fewer units than it asks for, because ' +
      'it did not fit or lost its batch.',
    example: 'allocated',
  })
  state!: LineStateName;
  @Flag({ example: false }) split!: boolean;
  @Eta({ description: NEEDED_BY, example: null }) neededBy!: string | null;
  @ApiProperty({
    type: [ClaimBody],
    description: 'The units that the line claims and that were not shipped yet.',
  })
  claims!: ClaimBody[];
  @Eta({
    description:
      'The day that was promised first; null: the units were on hand, or nothing was promised yet.',
  })
  promisedDate!: string | null;
  @Eta({
    description:
      'The day on which the line is expected now; null if its units are on hand, or overdue, so that no date is known.',
  })
  expectedDate!: string | null;
  @Flag({
    description: 'Whether units of the line are overdue: their day has passed, and they have not arrived.',
    example: false,
  })
  overdue!: boolean;
  @Quantity({ min: 0, description: 'Units that were shipped.', example: 0 }) shipped!: number;
  @Quantity({ min: 0, description: 'Units in `shipped` that came back.', example: 0 }) returned!: number;
  @ApiProperty({
    type: RefusalBody,
    required: false,
    description: 'Why the line was left out or not changed. Only in the answer to the call that refused it.',
  })
  refusal?: RefusalBody;
}

export class OrderBody {
  @OrderId() orderId!: string;
  @ApiProperty({ enum: ORDER_STATES, example: 'allocated' }) state!: OrderStateName;
  @ApiProperty({
    type: 'string',
    description: 'The version of the order, as in the `ETag`.',
    example: '3-9b1f0c3a5d7e2846',
  })
  version!: string;
  @ApiProperty({ ...INSTANT, nullable: true, description: 'When the hold ends; null: the order is firm.' })
  expiresAt!: string | null;
  @WholeNumber({ max: 9, example: DEFAULT_PRIORITY }) priority!: number;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The channel that the order comes from, such as `web`.',
    example: 'web',
  })
  channel!: string | null;
  @Locations({ isNullable: true }) locations!: readonly string[] | null;
  @Flag({ example: false }) shipComplete!: boolean;
  @Eta({ description: 'The latest `promisedDate` of the lines; null: no line has one.' })
  promisedDate!: string | null;
  @ApiProperty({ type: [OrderedLineBody] }) lines!: OrderedLineBody[];
}

export class OrderPageBody extends PageOf(OrderBody) {}

export class CartItemBody {
  @Sku() sku!: string;
  @Quantity({
    optional: true,
    description: 'The units of a line. `promise` is then the batch that this line would get now.',
  })
  quantity?: number;
}

export class CartBody {
  @ListOf(CartItemBody, { max: MOST_ITEMS, description: 'The items of a cart.' })
  items!: CartItemBody[];

  @Eta({
    optional: true,
    description: 'Counts only units that arrive on this day or before; null or left out: any day.',
  })
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
  @ApiProperty({ type: [CartItemAvailabilityBody], description: 'In the order of the request.' })
  items!: CartItemAvailabilityBody[];
}
