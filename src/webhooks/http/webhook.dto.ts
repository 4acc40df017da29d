import { ApiProperty } from '@nestjs/swagger';
import {
  AfterPosition,
  DEFAULT_LIMIT,
  field,
  Flag,
  Limit,
  OneOf,
  OneOfInQuery,
  Sku,
  WholeNumber,
} from '../../platform/http/dto/fields.js';
import { Skus, SomeOf } from '../../platform/http/dto/list-fields.js';
import { PageOf } from '../../platform/http/dto/paging.js';
import { ALL_TYPES, EVENT_TYPES } from '../domain/event-types.js';
import { FORMATS, type Format } from '../domain/payload.js';
import { MOST_COUNTED } from '../queries/webhook-answer.js';
import { STATES, type State } from '../queries/list-deliveries.js';

const ID = '6f1c0e6a-3f0b-4d6e-9c55-2b1f6f0d9a11';
const DAY_S = 86_400;
const MOST_SKUS = 1_000;

const Id = ({ optional = false, description = 'The id of the webhook.' } = {}) =>
  field(
    {
      message: 'must be the id of a webhook, such as ' + ID,
      isValid: (value): value is string =>
        typeof value === 'string' && /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value),
      schema: { type: 'string', format: 'uuid' },
      parse: (text) => text,
    },
    { optional, description, example: ID },
  );

const Url = ({ optional = false } = {}) =>
  field(
    {
      message: 'must be a URL of at most 2048 characters',
      isValid: (value): value is string =>
        typeof value === 'string' && value.length <= 2_048 && URL.canParse(value),
      schema: { type: 'string', format: 'uri', maxLength: 2_048 },
      parse: (text) => text,
    },
    {
      optional,
      description:
        'The URL to which events are posted. It must begin with `https://`, contain no credentials, and resolve to ' +
        'public addresses only; an operator can allow other addresses (`WEBHOOK_ALLOW`).',
      example: 'https://shop.example.com/hooks/earmark',
    },
  );

const Types = ({ optional = false } = {}) =>
  SomeOf([ALL_TYPES, ...EVENT_TYPES], {
    optional,
    what: 'types of events',
    description:
      `The types of events that the webhook gets; \`${ALL_TYPES}\` stands for all types, including those of later ` +
      'releases.',
    example: ['LineAllocated', 'OutOfStock'],
  });

const SkusField = ({ optional = false } = {}) =>
  Skus({
    optional,
    isNullable: true,
    max: MOST_SKUS,
    description: 'The SKUs whose events the webhook gets; null: all SKUs. Default of a new webhook: null.',
    example: null,
  });

const FormatField = ({ optional = false } = {}) =>
  OneOf(FORMATS, {
    optional,
    description:
      '`standard`: the event as `GET /v1/events` shows it, with the `timestamp` of Standard Webhooks; `cloudevents`: a ' +
      'CloudEvent 1.0 in structured mode.',
    example: 'standard',
  });

export class WebhookPath {
  @Id() id!: string;
}

export class CreateWebhookBody {
  @Url() url!: string;
  @Types() types!: string[];
  @SkusField({ optional: true }) skus?: string[] | null;
  @FormatField({ optional: true }) format?: Format;
}

export class ChangeWebhookBody {
  @Url({ optional: true }) url?: string;
  @Types({ optional: true }) types?: string[];
  @SkusField({ optional: true }) skus?: string[] | null;
  @FormatField({ optional: true }) format?: Format;
  @Flag({
    optional: true,
    description:
      '`false`: nothing is sent until the webhook is enabled. `true`: waiting events are sent at once, and then the ' +
      'events that happened while the webhook was disabled.',
    example: true,
  })
  enabled?: boolean;
}

export class RotateSecretBody {
  @WholeNumber({
    optional: true,
    min: 0,
    max: 7 * DAY_S,
    description:
      'For how many seconds requests are also signed with the earlier secrets, so that receivers can switch in time. ' +
      'Default: 86400.',
    example: DAY_S,
  })
  overlapSeconds?: number;
}

export class ReplayBody {
  @WholeNumber({ min: 1, description: 'The position of the first event to send again.', example: 42 })
  from!: number;
}

export class ListWebhooksQuery {
  @Id({ optional: true, description: 'The cursor: `next` of the previous page.' }) after?: string;
  @Limit() limit = DEFAULT_LIMIT;
}

export class ListDeliveriesQuery {
  @OneOfInQuery(['failed'], { description: 'Only deliveries that have failed.', example: 'failed' })
  state?: 'failed';
  @AfterPosition({
    description: 'The cursor: `next` of the previous page. The newest event comes first.',
    example: 4_711,
  })
  after?: number;
  @Limit() limit = DEFAULT_LIMIT;
}

const Instant = (description: string, example: string | null = null) =>
  ApiProperty({ type: String, format: 'date-time', nullable: true, description, example });

export class ReplayingBody {
  @WholeNumber({ description: 'Events up to this position have been queued again.', example: 500 })
  after!: number;
  @WholeNumber({
    description: 'The position of the newest event when the replay was asked for.',
    example: 4_711,
  })
  upTo!: number;
}

export class WebhookBody {
  @Id() id!: string;
  @Url() url!: string;
  @Types() types!: readonly string[];
  @SkusField() skus!: readonly string[] | null;
  @FormatField() format!: Format;
  @Flag({ description: 'Whether events are sent to it.', example: true }) enabled!: boolean;
  @ApiProperty({
    type: String,
    enum: ['requested', 'gone', 'exhausted', null],
    nullable: true,
    description:
      'Why the webhook is disabled; null: it is enabled. `requested`: a caller disabled it. `gone`: its receiver ' +
      'answered 410. `exhausted`: an event used up its attempts, and no event was delivered since the first of them.',
    example: null,
  })
  disabledReason!: string | null;
  @Instant('When it was disabled; null: it is enabled.') disabledAt!: Date | null;
  @Instant(
    'When the first failed attempt since the last delivery began; null: no attempt has failed since then.',
  )
  failingSince!: Date | null;
  @Instant(
    'Until when nothing is sent, because the receiver asked for a pause (`Retry-After`); null: no pause.',
  )
  pausedUntil!: Date | null;
  @ApiProperty({
    type: ReplayingBody,
    nullable: true,
    description: 'The running replay, for which newer events wait; null: none is running.',
  })
  replaying!: ReplayingBody | null;
  @WholeNumber({
    description: `Events that wait to be delivered; ${MOST_COUNTED} means this many or more.`,
    example: 0,
  })
  pending!: number;
  @Instant('Until when requests are also signed with an earlier secret; null: only with the current one.')
  previousSecretUntil!: string | null;
  @ApiProperty({ format: 'date-time', example: '2026-08-01T09:30:00.000Z' }) createdAt!: Date;
}

export class SecretBody {
  @ApiProperty({
    description: 'The secret that signs requests (HMAC-SHA256). It is shown here and never again.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq=',
  })
  secret!: string;
}

export class CreatedWebhookBody extends WebhookBody {
  @ApiProperty({
    description: 'The secret that signs requests (HMAC-SHA256). It is shown here and never again.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq=',
  })
  secret!: string;
}

export class WebhookPageBody extends PageOf(WebhookBody) {}

export class DeliveryBody {
  @WholeNumber({
    min: 1,
    description: 'The position of the event in the log, and the cursor of the list.',
    example: 42,
  })
  position!: number;
  @ApiProperty({
    format: 'uuid',
    description: 'The id of the event, which is its `webhook-id` at every attempt.',
    example: '3f0c2a52-9d0f-4d53-8f4e-0f6f6f5b8c11',
  })
  eventId!: string;
  @ApiProperty({ example: 'LineAllocated' }) type!: string;
  @Sku() sku!: string;
  @ApiProperty({
    enum: STATES,
    description:
      '`pending`: the event waits or is being sent. `delivered`: the receiver answered with a 2xx status. `failed`: ' +
      'the event used up its attempts while other events were delivered; only a replay sends it again.',
    example: 'delivered',
  })
  state!: State;
  @WholeNumber({ description: 'Attempts to deliver it.', example: 1 }) attempts!: number;
  @ApiProperty({
    format: 'date-time',
    description: 'When it was queued.',
    example: '2026-08-01T09:30:00.000Z',
  })
  createdAt!: Date;
  @Instant('When the last attempt began; null: there was none.', '2026-08-01T09:30:00.100Z')
  lastAttemptAt!: Date | null;
  @Instant('When the next attempt after a failed one is due; otherwise null.')
  nextAttemptAt!: Date | null;
  @Instant('When it was delivered or failed for good; null: it is pending.', '2026-08-01T09:30:00.200Z')
  endedAt!: Date | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The status with which the receiver answered the last attempt; null: there was no answer.',
    example: 204,
  })
  status!: number | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why the last attempt failed; null: it did not fail.',
    example: null,
  })
  error!: string | null;
}

export class DeliveryPageBody extends PageOf(DeliveryBody, 'integer') {}

export class TestResultBody {
  @Flag({ description: 'Whether the receiver answered with a 2xx status.', example: true })
  delivered!: boolean;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The status of the answer; null: the receiver did not answer.',
    example: 204,
  })
  status!: number | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why the event was not delivered; null: it was.',
    example: null,
  })
  error!: string | null;
}
