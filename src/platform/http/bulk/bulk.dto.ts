import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { wholeNumber } from '../../../vocabulary/value.js';
import { field, OneOfInQuery } from '../dto/fields.js';

export type OnError = 'continue' | 'stop';

const firstRow = wholeNumber({ min: 1, max: 2_147_483_647 });

const FirstRow = () =>
  field(
    firstRow,
    {
      optional: true,
      description:
        'The number of the first line of the body, if you send a file from that line on. Default: 1.',
      example: 1,
    },
    { ...firstRow.schema, default: 1 },
    firstRow.parse,
  );

export class BulkQuery {
  @FirstRow() firstRow = 1;

  @OneOfInQuery(['continue', 'stop'], {
    description:
      'Whether rows after a refused row are applied (`continue`) or not (`stop`). Default: `continue`.',
    example: 'continue',
  })
  onError: OnError = 'continue';
}

export const ENDS = ['complete', 'refused', 'busy', 'stalled', 'stopping', 'failed'] as const;

export type End = (typeof ENDS)[number];

export class BulkEndBody {
  @ApiProperty({
    enum: ENDS,
    description:
      '`complete`: every row of the body has a result. `refused`: a row was refused, and because of `onError=stop` no ' +
      'later row was applied. `busy`: the service could not apply a row in time. `stalled`: no row arrived for 30 s. ' +
      '`stopping`: this instance stops. `failed`: the service has a fault, which is in its log.',
    example: 'complete',
  })
  end!: End;
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'The row to continue with: all rows before it have a result.',
    example: 1_001,
  })
  nextRow!: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Rows that were applied.', example: 998 })
  accepted!: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Rows that were refused.', example: 2 })
  refused!: number;
  @ApiPropertyOptional({
    type: 'string',
    description: 'Why the answer ended; left out if `end` is `complete`.',
    example: 'This instance is stopping: continue at row 1001.',
  })
  detail?: string;
}
