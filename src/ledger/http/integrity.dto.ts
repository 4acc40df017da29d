import { ApiProperty } from '@nestjs/swagger';
import { Reference, Sku, WholeNumber } from '../../platform/http/dto/fields.js';

export class CheckIntegrityQuery {
  @Sku({ optional: true }) sku?: string;
}

export class FigureDifferenceBody {
  @Sku() sku!: string;
  @Reference() batchReference!: string;
  @ApiProperty({ description: 'Which figure of the batch it is.', example: 'claimed' }) figure!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description:
      'What each account says: `allocation.batch` is what decides about promises, `allocation.line` what order lines add up ' +
      'to, `ledger.movements` what the movements add up to, and `event_log` what all events add up to.',
    example: { 'allocation.batch': 5, 'allocation.line': 4, 'ledger.movements': 4, event_log: 4 },
  })
  values!: Record<string, number>;
}

export class IntegrityBody {
  @WholeNumber({ description: 'The position of the log for which all of it holds.', example: 42 })
  position!: number;
  @WholeNumber({ description: 'How many products were compared.', example: 7 }) products!: number;
  @WholeNumber({
    description: 'How many products were left out, since changes of them were still under way.',
    example: 0,
  })
  unsettled!: number;
  @ApiProperty({
    type: [FigureDifferenceBody],
    description: 'Empty if everything is right; the first 1,000.',
  })
  differences!: FigureDifferenceBody[];
}
