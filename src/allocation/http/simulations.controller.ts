import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { SafeToRepeat } from '../../platform/http/openapi/safe-to-repeat.js';
import { problemDocument, problemOf } from '../../platform/http/problems/problem.js';
import { Simulate, type SimulatedStep } from '../commands/simulate.js';
import { stepOf } from '../commands/step-draft.js';
import { SimulateBody, SimulatedStepBody, SimulationBody } from './simulation.dto.js';

@ApiTag('simulations', 'What calls would do, without writing anything.')
@Controller('v1/simulations')
export class SimulationsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @RequiresScope('read')
  @SafeToRepeat()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Simulate calls: what they would answer, publish and change',
    description:
      'The steps run one after another on the stock of one moment, with the code of the real calls. Each step sees the ' +
      'changes of the steps before it; a refused step does not stop the steps after it. Nothing is written, nothing is ' +
      'locked, and no other call has to wait. If the service reads from a replica, the stock can be slightly old.\n\n' +
      'Differences from the real calls: a registration under a known reference is compared with the batch as it is ' +
      'now, not as it was first registered; the figures of a batch are current, while those of `GET ' +
      '/v1/batches/{reference}` can be a moment behind; `If-Match` is not supported. Holds that have ended claim ' +
      'nothing, and the events of their end belong to no step.',
  })
  @ApiBody({
    type: SimulateBody,
    examples: {
      'The batch is late, and smaller': {
        value: {
          steps: [
            { reschedule: { reference: 'PO-2031', eta: '2027-03-31' } },
            { changeQuantity: { reference: 'PO-2031', quantity: 5 } },
          ],
        },
      },
      'A large order comes before the next batch': {
        value: {
          steps: [
            { register: { reference: 'PO-2040', sku: 'SMALL-TABLE', quantity: 100, eta: '2027-02-15' } },
            { order: { orderId: 'order-900', lines: [{ sku: 'SMALL-TABLE', quantity: 60 }] } },
          ],
        },
      },
    },
  })
  @ApiOkResponse({ type: SimulationBody, description: 'What would happen' })
  async simulate(@Body() { steps }: SimulateBody): Promise<SimulationBody> {
    const answer = await this.commands.execute(new Simulate(steps.map(stepOf)));
    return { ...answer, steps: answer.steps.map(bodyOf) } as SimulationBody;
  }
}

function bodyOf(step: SimulatedStep): SimulatedStepBody {
  const events = step.events.map(({ type, version, key, data }) => ({ type, version, key, data }));
  if ('refusal' in step) {
    const problem = problemDocument(problemOf(step.refusal));
    return { status: problem.status, problem, events };
  }
  return { status: step.waits ? 202 : step.isNew ? 201 : 200, body: step.body, events };
}
