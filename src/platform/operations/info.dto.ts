import { ApiProperty } from '@nestjs/swagger';
import type { Scope } from '../access/callers/caller.js';
import { Flag } from '../http/dto/fields.js';

const CALLER_KINDS = ['key', 'token', 'loopback'] as const;

export class CallerBody {
  @ApiProperty({
    enum: CALLER_KINDS,
    description: '`loopback`: any caller on this machine, as long as access control is off.',
    example: 'key',
  })
  kind!: (typeof CALLER_KINDS)[number];
  @ApiProperty({ description: 'The name of the key, or the subject of the token.', example: 'web-shop' })
  name!: string;
  @ApiProperty({ type: [String], description: 'What it may do.', example: ['read', 'orders:write'] })
  scopes!: readonly Scope[];
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the token expires; null: a key is valid until it is revoked.',
    example: null,
  })
  expiresAt!: Date | null;
}

/** What is configured besides the defaults. */
export class FeaturesBody {
  @Flag({ description: 'Whether every call needs a key or a token.', example: true }) accessControl!: boolean;
  @Flag({ description: 'Whether tokens of an issuer are accepted.', example: false }) tokens!: boolean;
  @Flag({ description: 'Whether messages are exchanged over Redis.', example: false }) redis!: boolean;
  @Flag({ description: 'Whether messages are exchanged over JetStream.', example: false })
  jetstream!: boolean;
  @Flag({
    description: 'Whether alerts go to a mail server; otherwise they are written to files.',
    example: true,
  })
  mailServer!: boolean;
  @Flag({ description: 'Whether some lists are read from replicas.', example: false }) replicas!: boolean;
  @Flag({ description: 'Whether old events are deleted.', example: false }) retention!: boolean;
  @Flag({ description: 'Whether the number of calls of a caller is limited.', example: false })
  rateLimit!: boolean;
  @Flag({ description: 'Whether traces are sent to a collector.', example: false }) traces!: boolean;
  @Flag({ description: 'Whether metrics are sent to a collector.', example: false }) metrics!: boolean;
}

/** What the composition of the service says; the rest depends on the call and on the moment. */
export type ConfiguredParts = Omit<FeaturesBody, 'accessControl'>;

export const CONFIGURED_PARTS = Symbol('ConfiguredParts');

export class InfoBody {
  @ApiProperty({ description: 'The version of the service.', example: '0.1.0' }) version!: string;
  @ApiProperty({ type: CallerBody, description: 'Who makes this call.' }) caller!: CallerBody;
  @ApiProperty({ type: FeaturesBody, description: 'What is configured.' }) features!: FeaturesBody;
}
