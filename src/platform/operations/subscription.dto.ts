import { ApiProperty } from '@nestjs/swagger';
import { WholeNumber } from '../http/dto/fields.js';

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
    description: 'Why the newest parked event has failed.',
    example: null,
  })
  lastError!: string | null;
}

export class SubscriptionsBody {
  @ApiProperty({ type: [SubscriptionBody] }) items!: SubscriptionBody[];
}
