import { ApiProperty } from '@nestjs/swagger';
import {
  After,
  DEFAULT_LIMIT,
  Eta,
  ExpectedDate,
  Flag,
  Limit,
  Location,
  Overdue,
  Quantity,
  Reason,
  Reference,
  Sku,
  WholeNumber,
} from '../../platform/http/dto/fields.js';
import { PageOf } from '../../platform/http/dto/paging.js';

const BEST_BEFORE = 'The last day on which the units can be used; null: they do not expire.';

export class RegisterBatchBody {
  @Reference({ isNew: true }) reference!: string;
  @Sku({ isNew: true }) sku!: string;
  @Quantity() quantity!: number;
  @Eta({ optional: true }) eta?: string | null;
  @Location({ isNew: true, optional: true, description: 'The location of the batch. Default: `main`.' })
  location?: string;
  @Eta({ optional: true, description: `${BEST_BEFORE} Default: null.` }) bestBefore?: string | null;
  @Reason({
    optional: true,
    description: 'The supplier that the batch was bought from.',
    example: 'Oak & Sons',
  })
  supplier?: string;
}

export class ChangeBatchBody {
  @Quantity({ min: 0, optional: true }) quantity?: number;
  @Eta({ optional: true, description: 'The new date; null if the batch has arrived.' })
  eta?: string | null;
  @Eta({ optional: true, description: BEST_BEFORE }) bestBefore?: string | null;
  @Flag({
    optional: true,
    description:
      'Whether the batch is blocked, so that no new line can claim its units. Existing claims stay.',
    example: true,
  })
  blocked?: boolean;
  @Location({
    isNew: true,
    optional: true,
    description: 'The new location. It can change only while no order line claims units of the batch.',
  })
  location?: string;
}

export class BatchPath {
  @Reference() reference!: string;
}

export class ListBatchesQuery {
  @Sku({ optional: true }) sku?: string;
  @After({ example: 'PO-2031' }) after?: string;
  @Limit() limit = DEFAULT_LIMIT;
}

export class BatchBody {
  @Reference() reference!: string;
  @Sku() sku!: string;
  @Quantity({ min: 0 }) quantity!: number;
  @Eta() eta!: string | null;
  @Overdue() overdue!: boolean;
  @ExpectedDate() expectedDate!: string | null;
  @Location() location!: string;
  @Eta({ description: BEST_BEFORE }) bestBefore!: string | null;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The supplier that the batch was bought from.',
    example: 'Oak & Sons',
  })
  supplier!: string | null;
  @Flag({
    description: 'Whether the batch is blocked, so that no new line can claim its units.',
    example: false,
  })
  blocked!: boolean;
  @Quantity({ min: 0, description: 'Units in the warehouse, claimed or not.', example: 0 }) onHand!: number;
  @Quantity({ min: 0, description: 'Units that are still to come.', example: 10 }) inbound!: number;
  @WholeNumber({ description: 'Units that were shipped.', example: 0 }) shipped!: number;
  @Quantity({ min: 0, description: 'Units that order lines claim.', example: 0 }) claimed!: number;
  @Quantity({ min: 0, description: 'Units in `claimed` that belong to holds.', example: 0 }) held!: number;
  @Quantity({ min: 0, description: 'Units that no order line claims.', example: 10 }) available!: number;
}

export class BatchPageBody extends PageOf(BatchBody) {}
