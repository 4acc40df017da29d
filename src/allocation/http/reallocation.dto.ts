import { ApiProperty } from '@nestjs/swagger';
import {
  Channel,
  Flag,
  ListOf,
  ObjectOf,
  OneOf,
  OrderId,
  OrderIds,
  Sku,
  WholeNumber,
} from '../../platform/http/dto/fields.js';
import { OUTCOMES, type ReallocationOutcome } from '../domain/reallocated-lines.js';
import { SEGMENT_STATES, STRATEGIES, type SegmentMatch, type Strategy } from '../domain/segment.js';
import { LinePlaceBody } from './simulation.dto.js';

const MOST_SEGMENTS = 50;
const MOST_ORDERS = 1_000;

const WHAT_STRATEGIES_DO =
  '`win`: gets all of its units as early as they can be had, also those of lines that redistribute, fill or lose. ' +
  '`gain`: keeps at least what it has. `redistribute`: is placed anew, and may gain or lose. ' +
  '`fill`: keeps its units unless a line before it needs them; gets others only if they are left. ' +
  '`lose`: gives up its units, and gets what nobody before it wanted.';

export class PriorityRangeBody {
  @WholeNumber({ max: 9, optional: true, description: 'Left out: 0.', example: 7 }) min?: number;
  @WholeNumber({ max: 9, optional: true, description: 'Left out: 9.', example: 9 }) max?: number;
}

export class SegmentMatchBody {
  @Channel({ isNullable: true, optional: true, description: 'That of the order; null: it has none.' })
  channel?: string | null;
  @ObjectOf(PriorityRangeBody, { optional: true, description: 'From the lowest to the highest priority.' })
  priority?: PriorityRangeBody;
  @OneOf(SEGMENT_STATES, {
    optional: true,
    description: 'Whether a line claims its units or waits for them, before the run.',
    example: 'backordered',
  })
  state?: SegmentMatch['state'];
  @OrderIds({ max: MOST_ORDERS, optional: true, description: 'The lines of these orders.' })
  orderIds?: string[];
}

export class SegmentBody {
  @ObjectOf(SegmentMatchBody, {
    description:
      'Lines that meet all of it; `{}`: every line. A line belongs to the first segment that it matches.',
  })
  match!: SegmentMatchBody;
  @OneOf(STRATEGIES, { description: WHAT_STRATEGIES_DO, example: 'win' }) strategy!: Strategy;
}

export class ReallocateBody {
  @ListOf(SegmentBody, {
    max: MOST_SEGMENTS,
    description: 'Which lines are treated how. Lines that match none keep what they have.',
  })
  segments!: SegmentBody[];
  @Flag({
    optional: true,
    description: 'Whether only to say what would happen. Left out: no.',
    example: true,
  })
  simulate?: boolean;
}

export class SegmentResultBody {
  @OneOf(STRATEGIES, { description: 'What was done with its lines.', example: 'win' }) strategy!: Strategy;
  @WholeNumber({ description: 'Lines that belong to it.', example: 12 }) lines!: number;
  @WholeNumber({ description: 'Of these, the lines that have other units than before.', example: 3 })
  changed!: number;
  @WholeNumber({ description: 'Of these, the lines that have no units by the end.', example: 0 })
  short!: number;
}

const place = (description: string) => ApiProperty({ type: LinePlaceBody, nullable: true, description });

export class ReallocatedLineBody {
  @OrderId() orderId!: string;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    minimum: 0,
    description:
      'The place of its segment in the list, from 0; null: it matches none, waited, and got what they left.',
    example: 0,
  })
  segment!: number | null;
  @ApiProperty({
    type: 'string',
    enum: [...STRATEGIES, null],
    nullable: true,
    description: 'That of its segment.',
    example: 'win',
  })
  strategy!: Strategy | null;
  @OneOf(OUTCOMES, {
    description:
      'It had nothing and has its units (`gained`), has them on another day (`earlier`, `later`) or from other batches ' +
      '(`moved`), or has lost them, and waits (`backordered`) or does not (`deallocated`).',
    example: 'gained',
  })
  outcome!: ReallocationOutcome;
  @OneOf(['reallocation-run', 'units-left'], {
    description: 'Whether its segment decided that, or it waited and the segments left the units.',
    example: 'reallocation-run',
  })
  reason!: string;
  @place('What it claimed; null: nothing, it waited.') before!: LinePlaceBody | null;
  @place('What it claims; null: nothing, it has lost that.') after!: LinePlaceBody | null;
}

export class ReallocationBody {
  @Sku() sku!: string;
  @Flag({ description: 'Whether nothing has changed, and this is what would.', example: false })
  simulated!: boolean;
  @ApiProperty({ type: [SegmentResultBody], description: 'In the order in which they were given.' })
  segments!: SegmentResultBody[];
  @ApiProperty({
    type: [ReallocatedLineBody],
    description: 'Every line that has other units than before, in the order of allocation.',
  })
  lines!: ReallocatedLineBody[];
}
