import {
  After,
  DEFAULT_LIMIT,
  Eta,
  ExpectedDate,
  Limit,
  Overdue,
  Quantity,
  Reference,
  Sku,
  WholeNumber,
} from '../../platform/http/dto/fields.js';
import { PageOf } from '../../platform/http/dto/paging.js';

export class RegisterBatchBody {
  @Reference({ isNew: true }) reference!: string;
  @Sku({ isNew: true }) sku!: string;
  @Quantity() quantity!: number;
  @Eta({ optional: true }) eta?: string | null;
}

export class ChangeBatchBody {
  @Quantity({ min: 0, optional: true }) quantity?: number;
  @Eta({ optional: true, description: 'The new date; null if the batch has arrived.' })
  eta?: string | null;
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
  @Quantity({ min: 0, description: 'Units in the warehouse, claimed or not.', example: 0 }) onHand!: number;
  @Quantity({ min: 0, description: 'Units that are still to come.', example: 10 }) inbound!: number;
  @WholeNumber({ description: 'Units that have left.', example: 0 }) shipped!: number;
  @Quantity({ min: 0, description: 'Units that order lines claim.', example: 0 }) claimed!: number;
  @Quantity({ min: 0, description: 'Of those, the units of holds.', example: 0 }) held!: number;
  @Quantity({ min: 0, description: 'Units that nobody claims.', example: 10 }) available!: number;
}

export class BatchPageBody extends PageOf(BatchBody) {}
