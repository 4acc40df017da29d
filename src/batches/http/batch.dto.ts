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

const BEST_BEFORE = 'The last day on which its units can be used; null: they keep.';

export class RegisterBatchBody {
  @Reference({ isNew: true }) reference!: string;
  @Sku({ isNew: true }) sku!: string;
  @Quantity() quantity!: number;
  @Eta({ optional: true }) eta?: string | null;
  @Location({ isNew: true, optional: true, description: 'Where it is. Left out: `main`.' }) location?: string;
  @Eta({ optional: true, description: `${BEST_BEFORE} Left out: they keep.` }) bestBefore?: string | null;
  @Reason({ optional: true, description: 'Who it was bought from.', example: 'Oak & Sons' })
  supplier?: string;
}

export class ChangeBatchBody {
  @Quantity({ min: 0, optional: true }) quantity?: number;
  @Eta({ optional: true, description: 'The new date; null if the batch has arrived.' })
  eta?: string | null;
  @Eta({ optional: true, description: BEST_BEFORE }) bestBefore?: string | null;
  @Flag({
    optional: true,
    description: 'Whether nothing new is claimed from it. Its claims stay.',
    example: true,
  })
  blocked?: boolean;
  @Location({
    isNew: true,
    optional: true,
    description: 'Where it is. It can only be moved while nobody claims any of its units.',
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
    description: 'Who it was bought from.',
    example: 'Oak & Sons',
  })
  supplier!: string | null;
  @Flag({ description: 'Whether nothing new is claimed from it.', example: false }) blocked!: boolean;
  @Quantity({ min: 0, description: 'Units in the warehouse, claimed or not.', example: 0 }) onHand!: number;
  @Quantity({ min: 0, description: 'Units that are still to come.', example: 10 }) inbound!: number;
  @WholeNumber({ description: 'Units that have left.', example: 0 }) shipped!: number;
  @Quantity({ min: 0, description: 'Units that order lines claim.', example: 0 }) claimed!: number;
  @Quantity({ min: 0, description: 'Of those, the units of holds.', example: 0 }) held!: number;
  @Quantity({ min: 0, description: 'Units that nobody claims.', example: 10 }) available!: number;
}

export class BatchPageBody extends PageOf(BatchBody) {}
