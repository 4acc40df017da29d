import { Body, Controller, Delete, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { actorOf, type Caller, type Scope } from '../access/callers/caller.js';
import { Forbidden } from '../access/callers/refusals.js';
import { KEYS_WRITE } from '../access/callers/scopes.js';
import {
  createKey,
  findKey,
  KeyNameTaken,
  listKeys,
  NoManagingKey,
  revokeKey,
  UnknownKey,
  untilKnown,
} from '../access/keys/keys.js';
import { page, type Page } from '../http/dto/paging.js';
import { ApiProblems } from '../http/openapi/api-problems.js';
import { ApiTag } from '../http/openapi/api-tag.js';
import { RequiresScope } from '../http/openapi/requires-scope.js';
import { ValidationFailed } from '../http/problems/problem.js';
import { Calling } from '../http/protocol/calling.js';
import {
  CreatedKeyBody,
  CreateKeyBody,
  KeyBody,
  KeyPageBody,
  KeyPath,
  KNOWN_SCOPES,
  ListKeysQuery,
} from './key.dto.js';

const NAME = 'web-shop';
const KNOWN = 'It answers when all instances know that, after a second.';

/** A key can be given only what its creator may do. */
const notHeld = (scope: Scope, caller?: Caller): Forbidden =>
  new Forbidden(
    scope,
    caller?.kind,
    caller,
    `The ${caller?.kind ?? 'key'} lacks the scope ${scope}, and so cannot give it to a key.`,
  );

@ApiTag('keys', 'API keys: who may call, and what they may do.')
@Controller('v1/keys')
export class KeysController {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(KNOWN_SCOPES) private readonly known: readonly Scope[],
  ) {}

  @Post()
  @RequiresScope(KEYS_WRITE)
  @ApiOperation({
    summary: 'Create an API key',
    description: `The answer shows the key, once: only a hash of it is stored. It can have only scopes that the caller has. From
the first key on, every call needs one, so the first one has to have \`${KEYS_WRITE}\`. ${KNOWN} If the answer was lost, revoke the
key and create one under another name: a name is used once.`,
  })
  @ApiCreatedResponse({
    type: CreatedKeyBody,
    description: 'The new key',
    headers: {
      Location: {
        description: 'The path of the key.',
        schema: { type: 'string', example: `/v1/keys/${NAME}` },
      },
    },
  })
  @ApiProblems(notHeld('orders:write'), new KeyNameTaken(NAME, false), new NoManagingKey())
  async create(
    @Body() { name, scopes }: CreateKeyBody,
    @Calling() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedKeyBody> {
    this.#requireKnown(scopes);
    const missing = scopes.find((scope) => !caller.scopes.includes(scope));
    if (missing !== undefined) throw notHeld(missing, caller);
    const key = await createKey(this.dataSource, name, scopes, actorOf(caller), keepsManaging(caller));
    await untilKnown();
    void reply.header('location', `/v1/keys/${encodeURIComponent(name)}`);
    return { ...(await findKey(this.dataSource, name)), key };
  }

  @Get()
  @RequiresScope(KEYS_WRITE)
  @ApiOperation({
    summary: 'All API keys, also revoked ones, without their secrets',
    description: 'In the order of their names.',
  })
  @ApiOkResponse({ type: KeyPageBody, description: 'A page of the keys' })
  async list(@Query() { after, limit }: ListKeysQuery): Promise<Page<KeyBody>> {
    const keys = await listKeys(this.dataSource, { after, count: limit + 1 });
    return page(keys, limit, ({ name }) => name);
  }

  @Get(':name')
  @RequiresScope(KEYS_WRITE)
  @ApiOperation({ summary: 'One API key', description: 'Without its secret.' })
  @ApiOkResponse({ type: KeyBody, description: 'The key' })
  @ApiProblems(new UnknownKey(NAME))
  async find(@Param() { name }: KeyPath): Promise<KeyBody> {
    return findKey(this.dataSource, name);
  }

  @Delete(':name')
  @RequiresScope(KEYS_WRITE)
  @ApiOperation({
    summary: 'Revoke an API key',
    description: `For good: it stays in the list, and its name is not used again. ${KNOWN} Live feeds that were opened with it are
closed. Any key can be revoked, also one that may do more than the caller, and the caller's own; the last key with
\`${KEYS_WRITE}\` only by a token. Safe to repeat.`,
  })
  @ApiOkResponse({ type: KeyBody, description: 'The revoked key' })
  @ApiProblems(new UnknownKey(NAME), new NoManagingKey())
  async revoke(@Param() { name }: KeyPath, @Calling() caller: Caller): Promise<KeyBody> {
    await revokeKey(this.dataSource, name, actorOf(caller), keepsManaging(caller));
    await untilKnown();
    return findKey(this.dataSource, name);
  }

  /** @throws {ValidationFailed} */
  #requireKnown(scopes: readonly Scope[]): void {
    const unknown = scopes.find((scope) => !this.known.includes(scope));
    if (unknown === undefined) return;
    const message = `There is no scope ${unknown}. The scopes are ${this.known.join(', ')}.`;
    throw new ValidationFailed([{ field: 'scopes', message }]);
  }
}

/** A caller with a token can manage keys without any. */
const keepsManaging = ({ kind }: Caller): boolean => kind !== 'token';
