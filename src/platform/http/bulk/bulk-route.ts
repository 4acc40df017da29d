import { applyDecorators, type Type as Class } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  getSchemaPath,
} from '@nestjs/swagger';
import { extendRouteConfig } from '../protocol/route-config.js';
import { BulkEndBody } from './bulk.dto.js';
import { NDJSON } from './rows-body.js';

interface Described {
  readonly summary: string;
  /** What a row is and does, in sentences. */
  readonly description: string;
  /** The DTO of a row. */
  readonly row: Class;
  /** The DTO of the body of a result. */
  readonly body: Class;
  /** Two rows. */
  readonly example: readonly [object, object];
}

const HOW = `
Rows are answered in their order, each as soon as it is carried out, while later ones still arrive: read the answer while you
send. Rows about one SKU or one order are carried out in their order. A row that is refused, or is no valid row, does not affect
the others, unless \`onError=stop\`: then none after it is carried out. A blank line is no row, but is counted.

**The last line** says why the answer ends and where to go on (\`end\`, \`nextRow\`). If it is missing, the connection was lost: go
on after the last row that was answered. Send the rows from there on with their number as \`firstRow\`, or all of them again: a
row that was carried out before changes nothing and is answered with 200.

**Limits.** A row has 1 MiB at most, and 30 s to arrive; the body is unlimited. A client that does not read its answers is not
read from either, and disconnected after \`ANSWER_SECONDS\`. A bulk call counts as one call in \`RATE_LIMIT\`; of all callers
\`BULK_CALLS\` may be under way, of one caller half as many.`;

/** A route whose body is a stream of rows, and whose answer has a result for each: see `answerRows`. */
export function BulkRoute({ summary, description, row, body, example }: Described): MethodDecorator {
  const rows = `${example.map((each) => JSON.stringify(each)).join('\n')}\n`;
  const result = {
    type: 'object',
    description: 'What became of a row: as a call for this row alone would have it.',
    required: ['row', 'status'],
    properties: {
      row: { type: 'integer', minimum: 1, description: 'The number of its line.' },
      status: { type: 'integer', minimum: 200, maximum: 503 },
      body: reference(body),
      problem: { $ref: '#/components/schemas/Problem' },
    },
  };
  const lines = [
    { row: 1, status: 201, body: {} },
    { row: 2, status: 409, problem: {} },
    { end: 'complete', nextRow: 3, accepted: 1, refused: 1 },
  ];
  return applyDecorators(
    extendRouteConfig({ takesRows: true }),
    ApiOperation({ summary, description: `${description}\n${HOW}` }),
    ApiExtraModels(row, body, BulkEndBody),
    ApiConsumes(NDJSON),
    ApiBody({ required: true, schema: linesOf('A row on each line.', reference(row), rows) }),
    ApiOkResponse({
      description: 'A result for each row, and a last line',
      content: {
        [NDJSON]: {
          schema: linesOf(
            'A result on each line; then where to go on.',
            { oneOf: [result, reference(BulkEndBody)] },
            lines.map((line) => `${JSON.stringify(line).replaceAll('{}', '{…}')}\n`).join(''),
          ),
        },
      },
    }),
  );
}

const reference = (type: Class) => ({ $ref: getSchemaPath(type) });

/** Text with JSON on each line; `contentSchema` is that of a line. */
const linesOf = (description: string, contentSchema: object, example: string) => ({
  type: 'string',
  description,
  contentMediaType: NDJSON,
  contentSchema,
  example,
});
