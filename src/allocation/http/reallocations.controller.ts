import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiProblems } from '../../platform/http/openapi/api-problems.js';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { Reallocate } from '../commands/reallocate.js';
import { TooManyLines } from '../domain/reallocation-errors.js';
import { MOST_LINES_OF_A_RUN } from '../domain/reallocation-run.js';
import type { Segment } from '../domain/segment.js';
import { UnknownProduct } from '../domain/unknown-product.js';
import { ProductPath } from './product.dto.js';
import { ReallocateBody, ReallocationBody } from './reallocation.dto.js';
import { POLICIES_WRITE } from './scopes.js';

@ApiTag('products', 'The stock of each product, and what could be promised of it.')
@Controller('v1/products/:sku/reallocations')
export class ReallocationsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @RequiresScope(POLICIES_WRITE)
  @HttpCode(200)
  @ApiOperation({
    summary: 'Reassign the units of a product',
    description:
      'All in one transaction. The segments run in the order win, gain, redistribute, fill, lose, whatever their order in the ' +
      'request; within a segment, higher priority comes before lower, then the oldest line. No line loses units to a ' +
      'line of a later segment. A line that loses all its units waits, if its order accepts backorders; otherwise it is ' +
      'deallocated. Of an order with several lines, only the line of this product changes.\n\n' +
      'Holds, shipped units, and lines on a batch that can no longer be promised are left out. Protected units stay ' +
      'protected. Units that the segments leave go to waiting lines as usual. Repeating the same segments changes ' +
      'nothing, unless they match by `state`, since the states may have changed.\n\n' +
      `A run reads at most ${MOST_LINES_OF_A_RUN.toLocaleString('en')} lines, including waiting lines. With ` +
      '`simulate`, nothing is written and nothing is locked.',
  })
  @ApiBody({
    type: ReallocateBody,
    examples: {
      'The important customers first': {
        value: {
          segments: [
            { match: { channel: 'vip' }, strategy: 'win' },
            { match: { channel: 'outlet' }, strategy: 'lose' },
          ],
          simulate: true,
        },
      },
    },
  })
  @ApiOkResponse({
    type: ReallocationBody,
    description: 'What has changed or, with `simulate`, would change',
  })
  @ApiProblems(new UnknownProduct('SMALL-TABLE'), new TooManyLines('SMALL-TABLE', MOST_LINES_OF_A_RUN))
  async reallocate(
    @Param() { sku }: ProductPath,
    @Body() { segments, simulate = false }: ReallocateBody,
  ): Promise<ReallocationBody> {
    const result = await this.commands.execute(new Reallocate(sku, segments as Segment[], simulate));
    return { sku, simulated: simulate, ...result } as ReallocationBody;
  }
}
