import { ApiProperty } from '@nestjs/swagger';
import { wholeNumber } from '../../vocabulary/value.js';
import {
  AfterPosition,
  DEFAULT_LIMIT,
  field,
  Flag,
  FlagInQuery,
  Limit,
  Reason,
  WholeNumber,
} from '../http/dto/fields.js';
import { PageOf } from '../http/dto/paging.js';
import type { DeadLetterState } from '../brokers/messages/dead-letters.js';

const STATES = ['kept', 'applied', 'discarded'] as const satisfies readonly DeadLetterState[];
const anId = wholeNumber({ min: 1 });

export class DeadLetterPath {
  @field(anId, { description: 'The id of the dead letter.', example: 17 }, anId.schema, anId.parse)
  id!: number;
}

export class ListDeadLettersQuery {
  @FlagInQuery({
    description: 'Whether to list dead letters that were applied or discarded, too.',
    example: false,
  })
  all?: boolean;
  @AfterPosition() after?: number;
  @Limit() limit = DEFAULT_LIMIT;
}

export class DiscardDeadLetterBody {
  @Reason({ description: 'Why it may be discarded, in a few words.', example: 'sent by mistake' })
  reason!: string;
}

export class DeadLetterBody {
  @WholeNumber({ min: 1, description: 'Its id, the cursor of the list.', example: 17 }) id!: number;
  @ApiProperty({ description: 'The broker that delivered the message.', example: 'redis' }) broker!: string;
  @ApiProperty({ example: 'change_batch_quantity' }) channel!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The id of the message; null: its broker gives messages no ids.',
    example: 'm-4711',
  })
  messageId!: string | null;
  @ApiProperty({
    description: 'Why the last attempt to apply it failed.',
    example: 'UnknownBatch: There is no batch PO-2031.',
  })
  reason!: string;
  @WholeNumber({ description: 'Bytes of the message.', example: 32 }) size!: number;
  @ApiProperty({ format: 'date-time', example: '2026-08-01T09:30:00.000Z' }) receivedAt!: Date;
  @ApiProperty({
    enum: STATES,
    description:
      '`kept`: it waits for an operator; `applied`: it was retried; `discarded`: it was discarded.',
    example: 'kept',
  })
  state!: DeadLetterState;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was applied or discarded; null: it waits for an operator.',
    example: null,
  })
  settledAt!: Date | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why it was discarded; null: it was not.',
    example: null,
  })
  discardReason!: string | null;
}

export class WholeDeadLetterBody extends DeadLetterBody {
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The message as text; null if it is not UTF-8. Only the beginning of a long message is kept.',
    example: '{"batchref": "PO-2031", "qty": 10}',
  })
  body!: string | null;
  @ApiProperty({
    format: 'byte',
    description: 'The bytes of the message in Base64.',
    example: 'eyJiYXRjaHJlZiI6ICJQTy0yMDMxIiwgInF0eSI6IDEwfQ==',
  })
  bodyBase64!: string;
}

export class DeadLetterPageBody extends PageOf(DeadLetterBody, 'integer') {}

export class AppliedDeadLetterBody {
  @WholeNumber({ min: 1, example: 17 }) id!: number;
  @ApiProperty({ enum: ['applied'], example: 'applied' }) state!: 'applied';
  @Flag({
    description:
      '`false`: the sender had repeated the message, and it was applied then, so this call changed nothing.',
    example: true,
  })
  isNew!: boolean;
}

export class DiscardedDeadLetterBody {
  @WholeNumber({ min: 1, example: 17 }) id!: number;
  @ApiProperty({ enum: ['discarded'], example: 'discarded' }) state!: 'discarded';
  @ApiProperty({ example: 'sent by mistake' }) reason!: string;
}
