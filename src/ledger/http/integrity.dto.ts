import { ApiProperty } from '@nestjs/swagger';
import { Reference, Sku, WholeNumber } from '../../platform/http/dto/fields.js';

export class CheckIntegrityQuery {
  @Sku({ optional: true }) sku?: string;
}

export class FigureDifferenceBody {
  @Sku() sku!: string;
  @Reference() batchReference!: string;
  @ApiProperty({ description: 'The figure of the batch that differs.', example: 'claimed' }) figure!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description:
      'The value of the figure in each account. `allocation.batch`: the value that promises are based on. ' +
      '`allocation.line`: the sum of the order lines. `ledger.movements`: the sum of the movements. `event_log`: the ' +
      'sum of all events.',
    example: { 'allocation.batch': 5, 'allocation.line': 4, 'ledger.movements': 4, event_log: 4 },
  })
  values!: Record<string, number>;
}

export class IntegrityBody {
  @WholeNumber({
    description: 'The position of the event log at which the figures were compared.',
    example: 42,
  })
  position!: number;
  @WholeNumber({ description: 'How many products were compared.', example: 7 }) products!: number;
  @WholeNumber({
    description: 'How many products were left out, because changes of them were not complete yet.',
    example: 0,
  })
  unsettled!: number;
  @ApiProperty({
    type: [FigureDifferenceBody],
    description: 'The differences that were found, at most 1,000; empty if all figures agree.',
  })
  differences!: FigureDifferenceBody[];
}
