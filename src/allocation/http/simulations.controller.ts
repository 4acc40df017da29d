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

@ApiTag('simulations', 'What would happen if …: nothing is written.')
@Controller('v1/simulations')
export class SimulationsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @RequiresScope('read')
  @SafeToRepeat()
  @HttpCode(200)
  @ApiOperation({
    summary: 'What calls would answer, publish and change',
    description:
      'The steps run one after the other on the stock of one moment, by the code that the calls run; each finds what ' +
      'those before it have left, and a step that is refused does not stop those after it. Nothing is written, nothing ' +
      'is locked, and no call waits. With a read replica the moment may be a little while ago.\n\n' +
      'What is not checked: a registration under a known reference is compared with the batch as it is now, not as it ' +
      'was registered first; figures of a batch are those of the stock, which `GET /v1/batches/{reference}` follows by ' +
      'moments; `If-Match` has no counterpart. Holds that have ended count for nothing, and their events belong to no step.',
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
