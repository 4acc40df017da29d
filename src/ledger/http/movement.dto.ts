import { ApiProperty } from '@nestjs/swagger';
import {
  AfterPosition,
  DEFAULT_LIMIT,
  Limit,
  OneOfInQuery,
  OrderId,
  Reference,
  Sku,
  WholeNumber,
} from '../../platform/http/dto/fields.js';
import { PageOf } from '../../platform/http/dto/paging.js';
import { KINDS, type MovementKind } from '../domain/movement.js';

/** Units, signed. */
const Units = (description: string, example: number) =>
  ApiProperty({ type: 'integer', format: 'int64', description, example });

const Text = (description: string, example: string) =>
  ApiProperty({ type: String, nullable: true, description, example });

export class ListMovementsQuery {
  @Sku({ optional: true }) sku?: string;
  @Reference({ optional: true }) batchReference?: string;
  @OrderId({ optional: true }) orderId?: string;
  @OneOfInQuery(KINDS, { description: 'Only movements of this kind.', example: 'shipped' })
  kind?: MovementKind;
  @AfterPosition() after = 0;
  @Limit() limit = DEFAULT_LIMIT;
}

export class MovementBody {
  @WholeNumber({
    min: 1,
    description: 'The position of its event in the log, and the cursor into the list.',
    example: 42,
  })
  position!: number;

  @ApiProperty({ enum: KINDS, description: 'Why the figures of the batch have changed.', example: 'shipped' })
  kind!: MovementKind;

  @Sku() sku!: string;
  @Reference() batchReference!: string;
  @Text('The order; null if the movement concerns no order.', 'order-7') orderId!: string | null;
  @Units('Change of the units on hand; negative: units left the warehouse.', -4) onHandChange!: number;
  @Units('Units of the batch on hand afterwards.', 6) onHandAfter!: number;
  @Units('Change of the units that are still to come.', 0) inboundChange!: number;
  @Units('Units of the batch that are still to come afterwards.', 0) inboundAfter!: number;
  @Units('Change of the units that order lines claim; negative: units were released or shipped.', -4)
  claimedChange!: number;
  @Units('Units of the batch that order lines claim afterwards.', 2) claimedAfter!: number;
  @Text('The reason that the caller gave; null: none was given.', 'damaged') reason!: string | null;
  @Text('Who did it; null for events of older versions.', 'warehouse-app') actor!: string | null;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-08-01T09:30:00.000Z' }) occurredAt!: Date;
}

export class MovementPageBody extends PageOf(MovementBody, 'integer') {}
