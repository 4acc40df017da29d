import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../../../src/platform/access/authenticator.js';
import { hashOf, newApiKey, formatApiKey } from '../../../src/platform/access/keys/api-key.js';
import { DEFAULT_LIMITS } from '../../../src/platform/config/limit-settings.js';
import { DomainError } from '../../../src/kernel/domain/errors.js';
import { createHttpApp } from '../../../src/platform/server/http-app.js';
import { RequiresScope } from '../../../src/platform/http/openapi/requires-scope.js';

class UnknownRoom extends DomainError {
  readonly code = 'unknown-room';
  readonly kind = 'not-found';
}

@Controller('v1/rooms')
class RoomsController {
  @Get()
  @RequiresScope('read')
  list(): object {
    return {};
  }

  @Get('missing')
  @RequiresScope('read')
  missing(): object {
    throw new UnknownRoom('There is no such room.');
  }

  @Get('closed')
  @RequiresScope('admin')
  closed(): object {
    return {};
  }
}

const MOST = 20;
const [ours, theirs] = [newApiKey(), newApiKey()];
let app: NestFastifyApplication;

async function start({
  isOn = true,
  failedTries = MOST,
}: { isOn?: boolean; failedTries?: number | null } = {}): Promise<void> {
  const access = new Authenticator();
  const keys = [ours, theirs].map(({ id, secret }) => ({
    id,
    name: id,
    hash: hashOf(secret),
    scopes: ['read'] as const,
    isRevoked: false,
  }));
  access.setKeys(isOn ? keys : []);
  class RoomsModule {}
  Module({ controllers: [RoomsController], providers: [{ provide: Authenticator, useValue: access }] })(
    RoomsModule,
  );
  app = await createHttpApp(RoomsModule, { logger: false, limits: { ...DEFAULT_LIMITS, failedTries } });
  await app.init();
}
afterEach(() => app.close());

const ask = async (url: string, key: typeof ours | null = ours) =>
  app.inject({ url, headers: key === null ? {} : { authorization: `Bearer ${formatApiKey(key)}` } });
async function statuses(url: string, times: number, key?: typeof ours | null): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < times; n++) all.push((await ask(url, key)).statusCode);
  return all;
}
const times = (count: number, status: number): number[] => new Array<number>(count).fill(status);

describe('A caller whose calls keep failing', () => {
  it.each([
    [403, '/v1/rooms/closed'],
    [404, '/v1/rooms/missing'],
  ])('gets 429 instead of %i after too many in a minute: %s', async (status, url) => {
    await start();
    expect(await statuses(url, MOST)).toEqual(times(MOST, status));
    const refused = await ask(url);
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.json()).toMatchObject({ type: 'urn:earmark:problem:too-many-requests' });
    expect((await ask('/v1/rooms')).statusCode).toBe(200);
  });

  it('gets 429 for unknown paths too, also without a key', async () => {
    await start();
    for (let n = 0; n < MOST; n++) expect((await ask(`/v1/${n}`, null)).statusCode).toBe(404);
    expect((await ask('/.git/config', null)).statusCode).toBe(429);
  });

  it('does not affect another key', async () => {
    await start();
    await statuses('/v1/rooms/missing', MOST + 1);
    expect((await ask('/v1/rooms/missing', theirs)).statusCode).toBe(404);
  });

  it('gets the real status each time without access control, and without a limit', async () => {
    await start({ isOn: false });
    expect(await statuses('/v1/rooms/missing', MOST + 5, null)).toEqual(times(MOST + 5, 404));
    await app.close();
    await start({ failedTries: null });
    expect(await statuses('/v1/rooms/missing', MOST + 5)).toEqual(times(MOST + 5, 404));
  });
});
