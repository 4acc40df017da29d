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
    summary: 'Who gets the units of a product',
    description:
      'Which batches are taken first, how long units have to keep, what is protected, and in which order lines that wait ' +
      'get units that become free.',
  })
  @ApiOkResponse({ type: PolicyBody, description: 'The policy; the default if none was set' })
  @ApiProblems(new UnknownProduct('SMALL-TABLE'))
  find(@Param() { sku }: ProductPath): Promise<PolicyAnswer> {
    return this.queries.execute(new FindPolicy(sku));
  }

  @Put()
  @RequiresScope(POLICIES_WRITE)
  @ApiOperation({
    summary: 'Set who gets the units of a product',
    description:
      'Makes the policy exactly this: what is left out is as by default. It decides about claims from now on, and revokes none.',
  })
  @ApiOkResponse({ type: PolicyBody, description: 'The policy as it now is' })
  @ApiProblems(new UnknownProduct('SMALL-TABLE'))
  async put(@Param() { sku }: ProductPath, @Body() body: PutPolicyBody): Promise<PolicyAnswer> {
    const policy = wantedPolicy(body);
    await this.commands.execute(new ChangePolicy(sku, policy));
    return { sku, ...policy };
  }
}
