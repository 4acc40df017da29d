import { ApiProperty } from '@nestjs/swagger';
import {
  Eta,
  ExpectedDate,
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

export class AllocationBody extends OrderLineBody {
  @Reference() batchReference!: string;
  @Eta() eta!: string | null;
  @Overdue() overdue!: boolean;
  @ExpectedDate() expectedDate!: string | null;
}

export class OrderPath {
  @OrderId() orderId!: string;
}

export class OrderLinePath extends OrderPath {
  @Sku() sku!: string;
}

export class OrderAllocationBody {
  @Sku() sku!: string;
  @Quantity() quantity!: number;
  @Reference() batchReference!: string;
  @Eta() eta!: string | null;
  @Overdue() overdue!: boolean;
  @ExpectedDate() expectedDate!: string | null;
}

export class OrderAllocationsBody extends OrderPath {
  @ApiProperty({ type: [OrderAllocationBody] })
  items!: OrderAllocationBody[];
}
