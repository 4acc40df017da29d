import { ApiProperty } from '@nestjs/swagger';
import type { WantedOrder } from '../domain/wanted-order.js';
import {
  Eta,
  Flag,
  ExpectedDate,
  OneOf,
  OrderId,
  Overdue,
  Quantity,
  Reference,
  Sku,
} from '../../platform/http/dto/fields.js';

export class OrderLineBody {
  @OrderId({ isNew: true }) orderId!: string;
  @Sku({ isNew: true }) sku!: string;
  @Quantity() quantity!: number;
}

export class AllocateLineBody extends OrderLineBody {
  @Flag({
    optional: true,
    description: 'Whether the units of the line may come from several batches.',
    example: false,
  })
  split?: boolean;
  @Eta({
    optional: true,
    description: 'The last day on which the units may arrive; null or left out: any day.',
  })
  neededBy?: string | null;
  @OneOf(['refuse', 'skip', 'backorder'], {
    optional: true,
    description:
      'What happens if the line fits in no batch. `refuse`: it is refused. `backorder`: it waits for units. `skip`: ' +
      'the same as `refuse`, since this is a single line. Default: `refuse`.',
    example: 'refuse',
  })
  whenShort?: WantedOrder['whenShort'];
}

export class DatedClaimBody {
  @Reference() batchReference!: string;
  @Quantity() quantity!: number;
  @Eta() eta!: string | null;
  @Overdue() overdue!: boolean;
  @ExpectedDate() expectedDate!: string | null;
}

const Claims = () =>
  ApiProperty({
    type: [DatedClaimBody],
    required: false,
    description: 'The units that the line claims of each batch; left out if one batch holds the whole line.',
  });

export class AllocationBody extends OrderLineBody {
  @Claims() claims?: DatedClaimBody[];
  @Reference() batchReference!: string;
  @Eta() eta!: string | null;
  @Overdue() overdue!: boolean;
  @ExpectedDate() expectedDate!: string | null;
}

export class BackorderedLineBody extends OrderLineBody {
  @ApiProperty({
    enum: ['backordered'],
    description: 'The line waits for its units.',
    example: 'backordered',
  })
  state!: 'backordered';
  @ApiProperty({ type: 'string', nullable: true, description: 'Null: no batch holds it.', example: null })
  batchReference!: null;
  @Eta({ description: 'Null: the line has no date until it gets its units.', example: null }) eta!: null;
}

export class OrderPath {
  @OrderId() orderId!: string;
}

export class NewOrderPath {
  @OrderId({ isNew: true }) orderId!: string;
}

export class OrderLinePath extends OrderPath {
  @Sku() sku!: string;
}

export class OrderAllocationBody {
  @Sku() sku!: string;
  @Quantity() quantity!: number;
  @Claims() claims?: DatedClaimBody[];
  @Reference() batchReference!: string;
  @Eta() eta!: string | null;
  @Overdue() overdue!: boolean;
  @ExpectedDate() expectedDate!: string | null;
}

export class OrderAllocationsBody extends OrderPath {
  @ApiProperty({ type: [OrderAllocationBody] })
  items!: OrderAllocationBody[];
}
