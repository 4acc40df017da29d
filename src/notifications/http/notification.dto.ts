import { ApiProperty } from '@nestjs/swagger';
import { AfterPosition, DEFAULT_LIMIT, Limit, Sku, WholeNumber } from '../../platform/http/dto/fields.js';
import { PageOf } from '../../platform/http/dto/paging.js';

export class ListNotificationsQuery {
  @Sku({ optional: true }) sku?: string;
  @AfterPosition() after = 0;
  @Limit() limit = DEFAULT_LIMIT;
}

export class NotificationBody {
  @WholeNumber({
    min: 1,
    description: 'The cursor into the list: strictly increasing, with gaps.',
    example: 7,
  })
  position!: number;

  @ApiProperty({
    format: 'uuid',
    description: 'The id of the alert; also the `mailId` if it is the first or only alert in its mail.',
    example: '3f0c2a52-9d0f-4d53-8f4e-0f6f6f5b8c11',
  })
  id!: string;

  @ApiProperty({
    enum: ['out-of-stock', 'still-out-of-stock', 'restocked', 'lost-promises', 'late', 'overdue'],
    description:
      '`out-of-stock`: the first line of the SKU was refused. `still-out-of-stock`: more lines were refused in the ' +
      'quiet period after that. `restocked`: stock of the SKU has arrived. `lost-promises`: order lines lost their ' +
      'batch. `late`: a batch with order lines gets a later date. `overdue`: the date of a batch with order lines has ' +
      'passed. Later versions may add more.',
    example: 'out-of-stock',
  })
  kind!: string;

  @Sku() sku!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The batch that lost promises, is late or is overdue; null for the other kinds.',
    example: null,
  })
  batchReference!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description:
      'The mail that contains the alert: its Message-ID begins with it, at every attempt. null while the alert waits ' +
      'for the next mail.',
    example: '3f0c2a52-9d0f-4d53-8f4e-0f6f6f5b8c11',
  })
  mailId!: string | null;

  @ApiProperty({
    format: 'email',
    description:
      'The recipient; `hidden@earmark.invalid` for callers without the scope `notifications:read` or `admin`.',
    example: 'stock@example.com',
  })
  to!: string;

  @ApiProperty({ example: 'Out of stock: SMALL-TABLE' }) subject!: string;

  @ApiProperty({
    example:
      '1 order line was refused because SMALL-TABLE was out of stock: 10 units were asked for in all.\n' +
      'The largest batch has 3 available.',
  })
  text!: string;

  @ApiProperty({ format: 'date-time', example: '2026-08-01T09:30:00.000Z' }) createdAt!: string;

  @ApiProperty({
    enum: ['pending', 'sent', 'refused'],
    description:
      '`pending`: waits or is being sent; `sent`: the mail server accepted it; `refused`: the mail server rejected it permanently.',
    example: 'sent',
  })
  state!: string;

  @WholeNumber({ description: 'Attempts to send its mail.', example: 1 }) attempts!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the mail server accepted the mail; null if it has not.',
    example: '2026-08-01T09:30:01.000Z',
  })
  sentAt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Why it was not sent; null: it was sent, or was not tried yet. Callers with the scope `admin` see the answer of ' +
      'the mail server.',
    example: null,
  })
  error!: string | null;
}

export class NotificationPageBody extends PageOf(NotificationBody, 'integer') {}
