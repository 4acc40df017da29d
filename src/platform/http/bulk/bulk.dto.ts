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
        'The number of the first line of the body: of a file that is sent from there on. Left out: 1.',
      example: 1,
    },
    { ...firstRow.schema, default: 1 },
    firstRow.parse,
  );

export class BulkQuery {
  @FirstRow() firstRow = 1;

  @OneOfInQuery(['continue', 'stop'], {
    description:
      'What becomes of the rows after one that is refused: they are carried out, or, with `stop`, not. Left out: `continue`.',
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
      '`complete`: every row of the body is answered. `refused`: a row was refused, and with `onError=stop` no later one was ' +
      'carried out. `busy`: the service could not carry out a row in time. `stalled`: no row has arrived for 30 s. ' +
      '`stopping`: this instance stops. `failed`: a fault of the service, which is in its log.',
    example: 'complete',
  })
  end!: End;
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'Where to go on: all rows before it are answered.',
    example: 1_001,
  })
  nextRow!: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Rows that were carried out.', example: 998 })
  accepted!: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Rows that were refused.', example: 2 })
  refused!: number;
  @ApiPropertyOptional({
    type: 'string',
    description: 'Why it ended, unless it is complete.',
    example: 'This instance stops: go on at row 1001.',
  })
  detail?: string;
}
