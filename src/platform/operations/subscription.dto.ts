import { ApiProperty } from '@nestjs/swagger';
import { storedCode } from '../../vocabulary/code.js';
import { wholeNumber } from '../../vocabulary/value.js';
import { AfterPosition, DEFAULT_LIMIT, field, Limit, Reason, Sku, WholeNumber } from '../http/dto/fields.js';
import { PageOf } from '../http/dto/paging.js';

const NAME = { description: 'The name of the subscription.', example: 'allocation.stock' };
const POSITION = { description: 'The position of the event in the log.', example: 4_711 };
const aPosition = wholeNumber({ min: 1 });

export class SubscriptionPath {
  @field(storedCode, NAME) name!: string;
}

export class ParkedEventPath extends SubscriptionPath {
  @field(aPosition, POSITION, aPosition.schema, aPosition.parse) position!: number;
}

export class ListParkedQuery {
  @AfterPosition() after?: number;
  @Limit() limit = DEFAULT_LIMIT;
}

export class DiscardEventBody {
  @Reason({
    description: 'Why it may be discarded, in a few words.',
    example: 'the partner has this line already',
  })
  reason!: string;
}

export class LagBody {
  @WholeNumber({ description: 'Events that it has not read yet.', example: 0 }) events!: number;
  @ApiProperty({ description: 'Age of the oldest of them in seconds.', example: 0 }) seconds!: number;
}

export class SubscriptionBody {
  @ApiProperty({ example: 'allocation.stock' }) name!: string;
  @WholeNumber({ description: 'Every event up to here is handled or parked.', example: 42 })
  position!: number;
  @ApiProperty({ type: LagBody }) lag!: LagBody;
  @WholeNumber({ description: 'Parked events, which wait for an operator.', example: 0 }) parked!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why the newest parked event failed; null: no event is parked.',
    example: null,
  })
  lastError!: string | null;
}

export class SubscriptionsBody {
  @ApiProperty({ type: [SubscriptionBody] }) items!: SubscriptionBody[];
}

export class FailedEventBody {
  @ApiProperty(NAME) subscription!: string;
  @WholeNumber({ min: 1, ...POSITION }) position!: number;
  @ApiProperty({ example: 'BatchQuantityChanged' }) type!: string;
  @Sku({ description: 'The key of the event: its SKU.' }) key!: string;
  @ApiProperty({
    enum: ['retrying', 'parked'],
    description: '`retrying`: the service tries it again by itself; `parked`: it waits for an operator.',
    example: 'parked',
  })
  state!: 'retrying' | 'parked';
  @WholeNumber({ description: 'Attempts to handle it.', example: 8 }) attempts!: number;
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Why the last attempt failed; null: an operator asked for a retry, and there was no attempt since.',
    example: 'Error: connect ECONNREFUSED',
  })
  error!: string | null;
  @WholeNumber({ description: 'Later events of its key that wait behind it.', example: 0 }) behind!: number;
}

export class FailedEventPageBody extends PageOf(FailedEventBody, 'integer') {}

export class RetriedEventBody {
  @ApiProperty(NAME) subscription!: string;
  @WholeNumber({ min: 1, ...POSITION }) position!: number;
  @ApiProperty({ enum: ['retrying'], example: 'retrying' }) state!: 'retrying';
}

export class DiscardedEventBody {
  @ApiProperty(NAME) subscription!: string;
  @WholeNumber({ min: 1, ...POSITION }) position!: number;
  @ApiProperty({ enum: ['discarded'], example: 'discarded' }) state!: 'discarded';
  @ApiProperty({ example: 'the partner has this line already' }) reason!: string;
}

export class RebuildBody {
  @ApiProperty({ description: 'The subscription of the read model.', example: 'ledger.movements' })
  subscription!: string;
  @ApiProperty({
    enum: ['running', 'done', 'failed'],
    description: 'While the rebuild runs, and if it failed, the read model is as it was before.',
    example: 'running',
  })
  state!: 'running' | 'done' | 'failed';
  @WholeNumber({ description: 'How far it has read the log.', example: 120_000 }) position!: number;
  @WholeNumber({
    description: 'The position of the newest event, to which it has to read.',
    example: 400_000,
  })
  head!: number;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why it failed; null: it did not fail.',
    example: null,
  })
  error!: string | null;
  @ApiProperty({ format: 'date-time', example: '2026-08-01T09:30:00.000Z' }) startedAt!: Date;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it ended; null while it runs, or if its process was killed.',
    example: null,
  })
  endedAt!: Date | null;
}
