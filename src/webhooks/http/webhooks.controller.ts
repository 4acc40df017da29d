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

@ApiTag('webhooks', 'Events that are sent to other systems over HTTP, by Standard Webhooks.')
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
    description: `The webhook gets every event of its types and SKUs that happens after this call is answered. Each event is sent as a \`POST\`, signed
according to [Standard Webhooks](https://www.standardwebhooks.com): \`webhook-id\` is the id of the event and the same at every
attempt, so that the receiver can recognise repetitions; \`webhook-signature\` is an HMAC-SHA256 over id, time and body with the
\`secret\`. Only this answer shows the secret.

**Order.** Events of one SKU are sent in order, each after the receiver accepted the previous one. Events of different SKUs are sent
in parallel.

**Attempts.** The receiver accepts an event by answering with any 2xx status within 15 s. Otherwise the event is sent again after
5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, each time up to 10 % later. \`Retry-After\` with 429 or 503 pauses the
webhook. Redirects are not followed. After 410 the webhook is disabled. If an event has used up its attempts and no event was
delivered since the first of them, the webhook is disabled and its waiting events are kept. If other events were delivered, the
event counts as failed, and the events behind it are sent.`,
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
  @ApiOperation({ summary: 'List webhooks', description: 'Sorted by id.' })
  @ApiOkResponse({ type: WebhookPageBody, description: 'A page of the webhooks' })
  async list(@Query() { after, limit }: ListWebhooksQuery): Promise<Page<WebhookBody>> {
    const webhooks = await this.queries.execute(new ListWebhooks(after, limit + 1));
    return page(webhooks, limit, ({ id }) => id);
  }

  @Get(':id')
  @RequiresScope(WEBHOOKS_WRITE)
  @ApiOperation({
    summary: 'Get a webhook',
    description: 'If it is disabled, `disabledReason` says why. Its secrets are not shown.',
  })
  @ApiOkResponse({ type: WebhookBody, description: 'The webhook' })
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
      'New types and SKUs apply to events from now on; events that are queued already are still sent. After a change ' +
      'of the URL, or when the webhook is enabled again, waiting events are sent at once and get all their attempts ' +
      'again.',
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
    description: 'Waiting events are not sent any more; an event that is being sent may still arrive.',
  })
  @ApiNoContentResponse({ description: 'The webhook is deleted' })
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
      'During the overlap, each request has a signature of the new secret and of each earlier one, so that the ' +
      'receiver can switch without losing events. Use `overlapSeconds` 0 for a secret that has leaked: earlier secrets ' +
      'then end at once.',
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
    summary: 'List the events that were sent to a webhook or wait for it',
    description: 'The newest event first. Deliveries that have ended are kept for `WEBHOOK_DAYS` days.',
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
    summary: 'Send past events again',
    description:
      'Every event of its types and SKUs is sent again from this position on, for each SKU in order; newer events wait ' +
      'until the replay is done. The receiver recognises events that it already has by their `webhook-id`. A new ' +
      'replay replaces a running one. If the webhook is disabled, the replay starts when it is enabled.',
  })
  @ApiAcceptedResponse({ type: WebhookBody, description: 'The webhook; `replaying` shows the progress' })
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
      'Sends an event of the type `WebhookTested` at once, with one attempt, even if the webhook is disabled. The ' +
      'event is not listed anywhere.',
  })
  @ApiOkResponse({ type: TestResultBody, description: 'The answer of the receiver' })
  @ApiProblems(UNKNOWN)
  async test(@Param() { id }: WebhookPath): Promise<TestResultBody> {
    return this.commands.execute(new TestWebhook(id));
  }
}
