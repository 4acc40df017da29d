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
        'Where the events are posted. It begins with `https://`, holds no credentials, and resolves to public addresses only; ' +
        'an operator can allow others (`WEBHOOK_ALLOW`).',
      example: 'https://shop.example.com/hooks/earmark',
    },
  );

const Types = ({ optional = false } = {}) =>
  SomeOf([ALL_TYPES, ...EVENT_TYPES], {
    optional,
    what: 'types of events',
    description: `The types of events that it gets; \`${ALL_TYPES}\` stands for all, also those of later releases.`,
    example: ['LineAllocated', 'OutOfStock'],
  });

const SkusField = ({ optional = false } = {}) =>
  Skus({
    optional,
    isNullable: true,
    max: MOST_SKUS,
    description: 'The SKUs whose events it gets; null, or left out when it is added: all.',
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
      'false: nothing is sent to it until it is enabled. true: it goes on where it was when it was disabled; what waits is ' +
      'tried at once, and what has happened since is sent as well.',
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
      'For how many seconds the secrets before it sign as well, so that receivers can change in time; 86400 if left out.',
    example: DAY_S,
  })
  overlapSeconds?: number;
}

export class ReplayBody {
  @WholeNumber({ min: 1, description: 'The position of the first event to send again.', example: 42 })
  from!: number;
}

export class ListWebhooksQuery {
  @Id({ optional: true, description: 'The cursor: `next` of the page before.' }) after?: string;
  @Limit() limit = DEFAULT_LIMIT;
}

export class ListDeliveriesQuery {
  @OneOfInQuery(['failed'], { description: 'Only deliveries that have failed.', example: 'failed' })
  state?: 'failed';
  @AfterPosition({
    description: 'The cursor: `next` of the page before. The newest event comes first.',
    example: 4_711,
  })
  after?: number;
  @Limit() limit = DEFAULT_LIMIT;
}

const Instant = (description: string, example: string | null = null) =>
  ApiProperty({ type: String, format: 'date-time', nullable: true, description, example });

export class ReplayingBody {
  @WholeNumber({ description: 'The events up to this position are queued again.', example: 500 })
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
      'Why it is disabled: by its owner; because its receiver has answered 410; because an event used up its attempts and ' +
      'nothing had succeeded since the first of them.',
    example: null,
  })
  disabledReason!: string | null;
  @Instant('When it was disabled.') disabledAt!: Date | null;
  @Instant('When the first attempt began since which none has succeeded; null: the last one has.')
  failingSince!: Date | null;
  @Instant('Until when nothing is sent, because its receiver has asked for that (`Retry-After`).')
  pausedUntil!: Date | null;
  @ApiProperty({
    type: ReplayingBody,
    nullable: true,
    description: 'The replay that is under way: later events wait until it is over.',
  })
  replaying!: ReplayingBody | null;
  @WholeNumber({
    description: `Events that wait to be delivered; ${MOST_COUNTED} stands for more.`,
    example: 0,
  })
  pending!: number;
  @Instant('Until when an earlier secret signs as well; null: only the current one does.')
  previousSecretUntil!: string | null;
  @ApiProperty({ format: 'date-time', example: '2026-08-01T09:30:00.000Z' }) createdAt!: Date;
}

export class SecretBody {
  @ApiProperty({
    description: 'Signs what is sent (HMAC-SHA256). It is shown here and never again.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq=',
  })
  secret!: string;
}

export class CreatedWebhookBody extends WebhookBody {
  @ApiProperty({
    description: 'Signs what is sent (HMAC-SHA256). It is shown here and never again.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq=',
  })
  secret!: string;
}

export class WebhookPageBody extends PageOf(WebhookBody) {}

export class DeliveryBody {
  @WholeNumber({ min: 1, description: 'The position of the event: the cursor.', example: 42 })
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
      '`pending`: waits or is being sent; `delivered`: the receiver has answered with a 2xx; `failed`: it has used up its ' +
      'attempts while other events were delivered, and is sent again by a replay only.',
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
  @Instant('When the last attempt began.', '2026-08-01T09:30:00.100Z') lastAttemptAt!: Date | null;
  @Instant('When the next attempt is due, after one that has failed.') nextAttemptAt!: Date | null;
  @Instant('When it was delivered or has failed.', '2026-08-01T09:30:00.200Z') endedAt!: Date | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The status with which the receiver answered the last attempt; null: it did not.',
    example: 204,
  })
  status!: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why the last attempt failed.', example: null })
  error!: string | null;
}

export class DeliveryPageBody extends PageOf(DeliveryBody, 'integer') {}

export class TestResultBody {
  @Flag({ description: 'Whether the receiver has answered with a 2xx.', example: true }) delivered!: boolean;
  @ApiProperty({ type: 'integer', nullable: true, description: 'The status of its answer.', example: 204 })
  status!: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why it was not delivered.', example: null })
  error!: string | null;
}
