import { ApiProperty } from '@nestjs/swagger';
import { newCode, storedCode } from '../../vocabulary/code.js';
import { After, DEFAULT_LIMIT, field, Limit } from '../http/dto/fields.js';
import { PageOf } from '../http/dto/paging.js';
import type { Scope } from '../access/callers/caller.js';

const NAME = { description: 'The name of the key. A name can be used only once.', example: 'web-shop' };
const MOST_SCOPES = 50;
const SCOPE = '^[a-z]+(:[a-z]+)?$';

/** The token of every scope that a key may have. */
export const KNOWN_SCOPES = Symbol('KnownScopes');

/** The same for the document. The module fills it: features declare scopes, too. */
export const documentedScopes: Scope[] = [];

const isScope = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 64 && new RegExp(SCOPE).test(value);

const Scopes = () =>
  field(
    {
      message: `must be a list of 1 to ${MOST_SCOPES} different scopes`,
      isValid: (value): value is string[] =>
        Array.isArray(value) &&
        value.length > 0 &&
        value.length <= MOST_SCOPES &&
        value.every(isScope) &&
        new Set(value).size === value.length,
      schema: {},
      parse: (text) => text,
    },
    {
      description: 'What the key may do. Only scopes that the caller has, too.',
      example: ['read', 'orders:write'],
    },
    {
      type: 'array',
      items: { type: 'string', enum: documentedScopes },
      minItems: 1,
      maxItems: MOST_SCOPES,
      uniqueItems: true,
    },
  );

export class KeyPath {
  @field(storedCode, NAME) name!: string;
}

export class CreateKeyBody {
  @field(newCode, NAME) name!: string;
  @Scopes() scopes!: Scope[];
}

export class ListKeysQuery {
  @After({ example: 'web-shop' }) after?: string;
  @Limit() limit = DEFAULT_LIMIT;
}

const Instant = (description: string, example: string | null = null) =>
  ApiProperty({ type: String, format: 'date-time', nullable: true, description, example });

export class KeyBody {
  @field(storedCode, NAME) name!: string;
  @ApiProperty({
    description: 'The public part of the key: it begins with `earmark_` and this.',
    example: '0a1b2c3d4e5f6071',
  })
  id!: string;
  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    description: 'What the key may do. Later versions may add scopes.',
    example: ['read', 'orders:write'],
  })
  scopes!: readonly Scope[];
  @ApiProperty({ format: 'date-time', example: '2026-08-01T09:30:00.000Z' }) createdAt!: Date;
  @Instant('When it was last used, to the minute; null: never.', '2026-08-01T09:31:00.000Z')
  lastUsedAt!: Date | null;
  @Instant('When it was revoked; null: it is valid.') revokedAt!: Date | null;
}

export class CreatedKeyBody extends KeyBody {
  @ApiProperty({
    description: 'The key itself. It is shown here and never again: only a hash of it is stored.',
    example: 'earmark_0a1b2c3d4e5f6071_…',
  })
  key!: string;
}

export class KeyPageBody extends PageOf(KeyBody) {}
