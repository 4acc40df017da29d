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
const KNOWN = 'The answer comes after about a second, when all instances know of the change.';

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
    description: `Only this answer shows the key: the service stores only a hash of it. A key can have only scopes that the
caller has. Once a key exists, every call needs one, so the first key must have \`${KEYS_WRITE}\`. ${KNOWN}
If the answer was lost, revoke the key and create one with another name: a name can be used only once.`,
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
    summary: 'List all API keys, including revoked ones, without their secrets',
    description: 'Sorted by name.',
  })
  @ApiOkResponse({ type: KeyPageBody, description: 'A page of the keys' })
  async list(@Query() { after, limit }: ListKeysQuery): Promise<Page<KeyBody>> {
    const keys = await listKeys(this.dataSource, { after, count: limit + 1 });
    return page(keys, limit, ({ name }) => name);
  }

  @Get(':name')
  @RequiresScope(KEYS_WRITE)
  @ApiOperation({ summary: 'Get an API key', description: 'The secret is not shown.' })
  @ApiOkResponse({ type: KeyBody, description: 'The key' })
  @ApiProblems(new UnknownKey(NAME))
  async find(@Param() { name }: KeyPath): Promise<KeyBody> {
    return findKey(this.dataSource, name);
  }

  @Delete(':name')
  @RequiresScope(KEYS_WRITE)
  @ApiOperation({
    summary: 'Revoke an API key',
    description: `This cannot be undone: the key stays in the list, and its name cannot be used again. ${KNOWN} Live feeds
that were opened with the key are closed. Any key can be revoked, including the caller's own and keys with more scopes than the
caller. Only a caller with a token can revoke the last key with \`${KEYS_WRITE}\`. Safe to repeat.`,
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
