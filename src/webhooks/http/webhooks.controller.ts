import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { page, type Page } from '../../platform/http/dto/paging.js';
import { ApiProblems } from '../../platform/http/openapi/api-problems.js';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { SafeToRepeat } from '../../platform/http/openapi/safe-to-repeat.js';
import { Problem } from '../../platform/http/problems/problem.js';
import { ChangeWebhook } from '../commands/change-webhook.js';
import { CreateWebhook } from '../commands/create-webhook.js';
import { DeleteWebhook } from '../commands/delete-webhook.js';
import { ReplayEvents } from '../commands/replay-events.js';
import { RotateSecret } from '../commands/rotate-secret.js';
import { TestWebhook } from '../commands/test-webhook.js';
import { AddressRefused, NoSecretKey, TooManyWebhooks, UnknownWebhook } from '../domain/errors.js';
import { FindWebhook } from '../queries/find-webhook.js';
import { ListDeliveries } from '../queries/list-deliveries.js';
import { ListWebhooks } from '../queries/list-webhooks.js';
import { WEBHOOKS_WRITE } from './scopes.js';
import {
  ChangeWebhookBody,
  CreatedWebhookBody,
  CreateWebhookBody,
  DeliveryPageBody,
  ListDeliveriesQuery,
  ListWebhooksQuery,
  ReplayBody,
  RotateSecretBody,
  SecretBody,
  TestResultBody,
  WebhookBody,
  WebhookPageBody,
  WebhookPath,
} from './webhook.dto.js';

const DAY_S = 86_400;
const UNKNOWN = new UnknownWebhook('6f1c0e6a-3f0b-4d6e-9c55-2b1f6f0d9a11');
const REFUSED = new AddressRefused('is not public: WEBHOOK_ALLOW may list it');

/** As the log words them. */
const PRUNED = new Problem(
  410,
  'events-pruned',
  'The events up to position 4711 are no longer kept. Read the current state from the other calls, then the events after 4711.',
  { after: 41, prunedUpTo: 4_711 },
);
const AHEAD = new Problem(
  410,
  'ahead-of-log',
  'The log ends at position 38, before 41: it was restored to an earlier state. Read the current state from the other calls, then the events after 38.',
  { after: 41, head: 38 },
);

@ApiTag('webhooks', 'Events as HTTP calls to others, by Standard Webhooks.')
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @RequiresScope(WEBHOOKS_WRITE)
  @ApiOperation({
    summary: 'Add a webhook',
    description: `It gets every event of its types and SKUs that happens after this has answered, as a \`POST\` that is signed as
[Standard Webhooks](https://www.standardwebhooks.com) says: \`webhook-id\` is the event's id, the same at every attempt, by which
a receiver recognises repetitions; \`webhook-signature\` is an HMAC-SHA256 over id, time and body with the \`secret\`, which is
shown in this answer only.

**Order.** The events of a SKU arrive in their order, each after the one before was taken; those of different SKUs arrive side by side.

**Attempts.** Any 2xx within 15 s takes an event. Otherwise it is tried again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and
24 h, each up to a tenth later. \`Retry-After\` with 429 or 503 pauses the webhook. Redirects are not followed. After 410 the webhook
is disabled. When an event has used up its attempts and nothing has succeeded since the first of them, the webhook is disabled and
what waits is kept; if others have succeeded, this event counts as failed and those behind it go on.`,
  })
  @ApiCreatedResponse({
    type: CreatedWebhookBody,
    description: 'The new webhook and its secret',
    headers: {
      Location: {
        description: 'The path of the webhook.',
        schema: { type: 'string', example: `/v1/webhooks/6f1c0e6a-3f0b-4d6e-9c55-2b1f6f0d9a11` },
      },
    },
  })
  @ApiProblems(REFUSED, new NoSecretKey(), new TooManyWebhooks(100))
  async create(
    @Body() { url, types, skus = null, format = 'standard' }: CreateWebhookBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedWebhookBody> {
    const { id, secret } = await this.commands.execute(new CreateWebhook({ url, types, skus, format }));
    void reply.header('location', `/v1/webhooks/${id}`);
    return { ...(await this.find({ id })), secret };
  }

  @Get()
  @RequiresScope(WEBHOOKS_WRITE)
  @ApiOperation({ summary: 'The webhooks', description: 'In the order of their ids.' })
  @ApiOkResponse({ type: WebhookPageBody, description: 'A page of the webhooks' })
  async list(@Query() { after, limit }: ListWebhooksQuery): Promise<Page<WebhookBody>> {
    const webhooks = await this.queries.execute(new ListWebhooks(after, limit + 1));
    return page(webhooks, limit, ({ id }) => id);
  }

  @Get(':id')
  @RequiresScope(WEBHOOKS_WRITE)
  @ApiOperation({
    summary: 'One webhook',
    description: 'If it is disabled, `disabledReason` says why. Its secrets are not shown.',
  })
  @ApiOkResponse({ type: WebhookBody, description: 'The webhook as it now is' })
  @ApiProblems(UNKNOWN)
  async find(@Param() { id }: WebhookPath): Promise<WebhookBody> {
    return this.queries.execute(new FindWebhook(id));
  }

  @Patch(':id')
  @RequiresScope(WEBHOOKS_WRITE)
  @SafeToRepeat()
  @ApiOperation({
    summary: 'Change, disable or enable a webhook',
    description:
      'New types and SKUs count for events from now on; what is queued is sent as it is. With a new address, or once it is ' +
      'enabled again, what waits is tried at once, with all attempts before it.',
  })
  @ApiOkResponse({ type: WebhookBody, description: 'The webhook after the change' })
  @ApiProblems(UNKNOWN, REFUSED)
  async change(@Param() { id }: WebhookPath, @Body() change: ChangeWebhookBody): Promise<WebhookBody> {
    await this.commands.execute(new ChangeWebhook(id, change));
    return this.find({ id });
  }

  @Delete(':id')
  @RequiresScope(WEBHOOKS_WRITE)
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a webhook',
    description: 'What has not been sent to it yet will not be; what is being sent may still arrive.',
  })
  @ApiNoContentResponse({ description: 'It is deleted' })
  @ApiProblems(UNKNOWN)
  async delete(@Param() { id }: WebhookPath): Promise<void> {
    await this.commands.execute(new DeleteWebhook(id));
  }

  @Post(':id/secret')
  @RequiresScope(WEBHOOKS_WRITE)
  @HttpCode(200)
  @ApiOperation({
    summary: 'Give a webhook a new secret',
    description:
      'Until the overlap is over, what is sent has a signature of each secret, so that a receiver can change to the new one ' +
      'without a gap. With `overlapSeconds` 0 the secrets before it sign nothing any more: for one that has become known.',
  })
  @ApiOkResponse({ type: SecretBody, description: 'The new secret' })
  @ApiProblems(UNKNOWN, new NoSecretKey())
  async rotateSecret(
    @Param() { id }: WebhookPath,
    @Body() { overlapSeconds = DAY_S }: RotateSecretBody,
  ): Promise<SecretBody> {
    return { secret: await this.commands.execute(new RotateSecret(id, overlapSeconds * 1_000)) };
  }

  @Get(':id/deliveries')
  @RequiresScope(WEBHOOKS_WRITE)
  @ApiOperation({
    summary: 'What was sent to a webhook, and what waits',
    description: 'The newest event first. Deliveries that have ended are kept for `WEBHOOK_DAYS`.',
  })
  @ApiOkResponse({ type: DeliveryPageBody, description: 'A page of the deliveries' })
  @ApiProblems(UNKNOWN)
  async deliveries(
    @Param() { id }: WebhookPath,
    @Query() { state, after, limit }: ListDeliveriesQuery,
  ): Promise<Page<DeliveryPageBody['items'][number], number>> {
    const deliveries = await this.queries.execute(new ListDeliveries(id, state, after, limit + 1));
    return page(deliveries, limit, ({ position }) => position);
  }

  @Post(':id/replay')
  @RequiresScope(WEBHOOKS_WRITE)
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send again what has happened',
    description:
      'From this position on, every event of its types and SKUs is sent again, in the order of each SKU; later events wait ' +
      'for that. Receivers recognise what they have by its `webhook-id`. A replay replaces one that is under way. If the ' +
      'webhook is disabled, it begins once it is enabled.',
  })
  @ApiAcceptedResponse({ type: WebhookBody, description: 'The webhook: `replaying` says how far it is' })
  @ApiProblems(UNKNOWN, PRUNED, AHEAD)
  async replay(@Param() { id }: WebhookPath, @Body() { from }: ReplayBody): Promise<WebhookBody> {
    await this.commands.execute(new ReplayEvents(id, from));
    return this.find({ id });
  }

  @Post(':id/test')
  @RequiresScope(WEBHOOKS_WRITE)
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send a test event',
    description:
      'An event of the type `WebhookTested` is sent at once, and once, also to a webhook that is disabled. It is in no list.',
  })
  @ApiOkResponse({ type: TestResultBody, description: 'What the receiver has answered' })
  @ApiProblems(UNKNOWN)
  async test(@Param() { id }: WebhookPath): Promise<TestResultBody> {
    return this.commands.execute(new TestWebhook(id));
  }
}
