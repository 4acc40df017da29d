import { ApiProperty } from '@nestjs/swagger';
import { AfterPosition, DEFAULT_LIMIT, Limit, WholeNumber } from '../http/fields.js';
import { PageOf } from '../http/paging.js';

export class ListEventsQuery {
  @AfterPosition({
    description:
      'The position after which to begin: `next` of the page before. Left out, a list begins at the first event, ' +
      'the live feed with the next one.',
  })
  after?: number;

  @Limit() limit = DEFAULT_LIMIT;
}

export class EventBody {
  @WholeNumber({
    min: 1,
    description: 'The cursor into the log: strictly increasing, with gaps.',
    example: 42,
  })
  position!: number;

  @ApiProperty({ format: 'uuid', example: '0b0d5ec8-6a5b-4c6e-9f5d-3f1a54f1a2c7' }) id!: string;
  @ApiProperty({ example: 'LineAllocated' }) type!: string;
  @WholeNumber({ min: 1, description: "The version of this type's schema.", example: 1 }) version!: number;
  @ApiProperty({ description: 'The SKU: events of one key are in order.', example: 'SMALL-TABLE' })
  key!: string;
  @ApiProperty({ format: 'date-time', example: '2026-08-01T09:30:00.000Z' }) occurredAt!: string;
  @ApiProperty({ description: 'The chain of events that it belongs to.', example: 'c1a7' })
  correlationId!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The event that led to it; null where a caller did.',
    example: null,
  })
  causationId!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The facts, in the words of this document.',
    example: {
      orderId: 'order-7',
      sku: 'SMALL-TABLE',
      quantity: 10,
      batchReference: 'PO-2031',
      eta: null,
      productVersion: 7,
    },
  })
  data!: object;
}

export class EventPageBody extends PageOf(EventBody, 'integer') {}
