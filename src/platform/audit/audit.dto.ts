import { ApiProperty } from '@nestjs/swagger';
import { AfterPosition, DEFAULT_LIMIT, Limit, OneOfInQuery, WholeNumber } from '../http/dto/fields.js';
import { PageOf } from '../http/dto/paging.js';
import {
  AUDIT_DIRECTIONS,
  AUDIT_TYPES,
  type AuditDirection,
  type AuditType,
} from '../../kernel/audit/audit.js';

const ACTOR_KINDS = ['key', 'token', 'loopback', 'operator', 'service'] as const;

export class ListAuditQuery {
  @AfterPosition({
    description:
      'The position after which to start: `next` of the previous page. If left out, the list starts at the first entry ' +
      'in that order.',
  })
  after?: number;

  @Limit() limit = DEFAULT_LIMIT;

  @OneOfInQuery(AUDIT_DIRECTIONS, { description: 'Default: `oldest-first`.', example: 'oldest-first' })
  order?: AuditDirection;
}

export class AuditEntryBody {
  @WholeNumber({ min: 1, description: 'The cursor: strictly increasing, with gaps.', example: 7 })
  position!: number;

  @ApiProperty({ format: 'date-time', example: '2026-08-01T09:30:00.000Z' }) occurredAt!: Date;
  @ApiProperty({ enum: AUDIT_TYPES, description: 'Later versions may add more.', example: 'key-created' })
  type!: AuditType;
  @ApiProperty({
    description:
      'Who did it: the name of a key, the subject of a token, or the user of the operating system that ran the process.',
    example: 'alice',
  })
  actor!: string;
  @ApiProperty({
    enum: ACTOR_KINDS,
    description: '`operator`: the command line; `service`: the service by itself.',
    example: 'operator',
  })
  actorKind!: (typeof ACTOR_KINDS)[number];
  @ApiProperty({
    description:
      'What the action changed: the name of a key, the id of a webhook, a subscription, the id of a dead letter, a ' +
      'migration.',
    example: 'web-shop',
  })
  subject!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Further facts, which depend on the type.',
    example: { keyId: '0a1b2c3d4e5f6071', scopes: ['read'] },
  })
  details!: object;
}

export class AuditPageBody extends PageOf(AuditEntryBody, 'integer') {}
