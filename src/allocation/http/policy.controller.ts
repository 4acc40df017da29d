import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiProblems } from '../../platform/http/openapi/api-problems.js';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { ChangePolicy } from '../commands/change-policy.js';
import { wantedPolicy } from '../commands/policy-draft.js';
import { UnknownProduct } from '../domain/unknown-product.js';
import { FindPolicy, type PolicyAnswer } from '../queries/find-policy.js';
import { PolicyBody, PutPolicyBody } from './policy.dto.js';
import { ProductPath } from './product.dto.js';
import { POLICIES_WRITE } from './scopes.js';

@ApiTag('products', 'The stock of each product, and what could be promised of it.')
@Controller('v1/products/:sku/policy')
export class PolicyController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Get the allocation policy of a product',
    description:
      'Which batches are used first, how many days units must keep, which units are protected, and in which order ' +
      'waiting lines get units that become available.',
  })
  @ApiOkResponse({ type: PolicyBody, description: 'The policy; the default if none was set' })
  @ApiProblems(new UnknownProduct('SMALL-TABLE'))
  find(@Param() { sku }: ProductPath): Promise<PolicyAnswer> {
    return this.queries.execute(new FindPolicy(sku));
  }

  @Put()
  @RequiresScope(POLICIES_WRITE)
  @ApiOperation({
    summary: 'Set the allocation policy of a product',
    description:
      'Replaces the whole policy: a field that is left out gets its default. The policy applies to new claims; ' +
      'existing claims stay.',
  })
  @ApiOkResponse({ type: PolicyBody, description: 'The new policy' })
  @ApiProblems(new UnknownProduct('SMALL-TABLE'))
  async put(@Param() { sku }: ProductPath, @Body() body: PutPolicyBody): Promise<PolicyAnswer> {
    const policy = wantedPolicy(body);
    await this.commands.execute(new ChangePolicy(sku, policy));
    return { sku, ...policy };
  }
}
