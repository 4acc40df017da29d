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
  'What happens to the lines. `win`: they get all their units on the earliest possible day, if need be units of ' +
  '`redistribute`, `fill` and `lose` lines. `gain`: they keep their units, or get earlier ones; waiting lines can ' +
  'get units. `redistribute`: they give up their units and are allocated again, with a better or a worse result. ' +
  '`fill`: they keep their units unless a line before them needs these, and get other units only if some are left. ' +
  '`lose`: they give up their units, and get only units that no line before them took.';

export class PriorityRangeBody {
  @WholeNumber({ max: 9, optional: true, description: 'The lowest priority. Default: 0.', example: 7 })
  min?: number;
  @WholeNumber({ max: 9, optional: true, description: 'The highest priority. Default: 9.', example: 9 })
  max?: number;
}

export class SegmentMatchBody {
  @Channel({
    isNullable: true,
    optional: true,
    description: 'The channel of the order; null: orders without a channel.',
  })
  channel?: string | null;
  @ObjectOf(PriorityRangeBody, {
    optional: true,
    description: 'The range of priorities, including both ends.',
  })
  priority?: PriorityRangeBody;
  @OneOf(SEGMENT_STATES, {
    optional: true,
    description: 'Whether a line claims its units or waits for them, before the run.',
    example: 'backordered',
  })
  state?: SegmentMatch['state'];
  @OrderIds({ max: MOST_ORDERS, optional: true, description: 'Only lines of these orders.' })
  orderIds?: string[];
}

export class SegmentBody {
  @ObjectOf(SegmentMatchBody, {
    description:
      'The lines of the segment: those that meet all conditions; `{}`: every line. A line belongs to the first segment ' +
      'that it matches.',
  })
  match!: SegmentMatchBody;
  @OneOf(STRATEGIES, { description: WHAT_STRATEGIES_DO, example: 'win' }) strategy!: Strategy;
}

export class ReallocateBody {
  @ListOf(SegmentBody, {
    max: MOST_SEGMENTS,
    description: 'Groups of lines, each with its strategy. Lines that match no segment keep their units.',
  })
  segments!: SegmentBody[];
  @Flag({
    optional: true,
    description: 'Whether to show only what would happen, without changing anything. Default: false.',
    example: true,
  })
  simulate?: boolean;
}

export class SegmentResultBody {
  @OneOf(STRATEGIES, { description: 'The strategy of the segment.', example: 'win' }) strategy!: Strategy;
  @WholeNumber({ description: 'Lines that belong to the segment.', example: 12 }) lines!: number;
  @WholeNumber({ description: 'Lines of the segment whose units changed.', example: 3 })
  changed!: number;
  @WholeNumber({ description: 'Lines of the segment that have no units after the run.', example: 0 })
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
      'The index of its segment in the request, from 0; null: the line matches no segment, was waiting, and got units ' +
      'that the segments left.',
    example: 0,
  })
  segment!: number | null;
  @ApiProperty({
    type: 'string',
    enum: [...STRATEGIES, null],
    nullable: true,
    description: 'The strategy of its segment; null: the line matches no segment.',
    example: 'win',
  })
  strategy!: Strategy | null;
  @OneOf(OUTCOMES, {
    description:
      '`gained`: the line had no units and now has them. `earlier`, `later`: its units now come on another day. ' +
      '`moved`: its units now come from other batches, on the same day. `backordered`: it lost its units and waits. ' +
      '`deallocated`: it lost its units and does not wait.',
    example: 'gained',
  })
  outcome!: ReallocationOutcome;
  @OneOf(['reallocation-run', 'units-left'], {
    description:
      '`reallocation-run`: the strategy of its segment decided. `units-left`: the line was waiting, and got units that ' +
      'the segments left.',
    example: 'reallocation-run',
  })
  reason!: string;
  @place('What the line claimed before; null: nothing, it was waiting.') before!: LinePlaceBody | null;
  @place('What the line claims now; null: nothing, it lost its units.') after!: LinePlaceBody | null;
}

export class ReallocationBody {
  @Sku() sku!: string;
  @Flag({ description: 'Whether this was only a simulation, and nothing has changed.', example: false })
  simulated!: boolean;
  @ApiProperty({ type: [SegmentResultBody], description: 'In the order of the request.' })
  segments!: SegmentResultBody[];
  @ApiProperty({
    type: [ReallocatedLineBody],
    description: 'Every line whose units changed, in the order of allocation.',
  })
  lines!: ReallocatedLineBody[];
}
