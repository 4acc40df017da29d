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
The results come in the order of the rows, each as soon as its row is applied, while later rows still arrive: read the answer
while you send. Rows about the same SKU or order are applied in their order. A refused or invalid row does not affect the others;
with \`onError=stop\`, no row after it is applied. A blank line gets no result, but its number is counted.

**The last line** of the answer says why it ends (\`end\`) and with which row to continue (\`nextRow\`). If it is missing, the
connection was lost: continue after the last row that has a result. Send the rows from there on with the number of the first as
\`firstRow\`, or send all rows again: a row that was applied before changes nothing and gets 200.

**Limits.** A row may be up to 1 MiB long and must arrive within 30 s; the length of the body is not limited. If a client does
not read the results, the service stops reading its rows, and disconnects it after \`ANSWER_SECONDS\`. A bulk call counts as one
call for \`RATE_LIMIT\`. At most \`BULK_CALLS\` bulk calls run at the same time, and at most half as many of one caller.`;

/** A route whose body is a stream of rows, and whose answer has a result for each: see `answerRows`. */
export function BulkRoute({ summary, description, row, body, example }: Described): MethodDecorator {
  const rows = `${example.map((each) => JSON.stringify(each)).join('\n')}\n`;
  const result = {
    type: 'object',
    description: 'The result of a row: what a call with this row alone would answer.',
    required: ['row', 'status'],
    properties: {
      row: { type: 'integer', minimum: 1, description: 'The line number of the row.' },
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
    ApiBody({ required: true, schema: linesOf('One row per line.', reference(row), rows) }),
    ApiOkResponse({
      description: 'A result for each row, and a last line that says why the answer ends',
      content: {
        [NDJSON]: {
          schema: linesOf(
            'One result per line; the last line says with which row to continue.',
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
