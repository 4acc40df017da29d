import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, type CryptoKey } from 'jose';
import { Authenticator } from '../../../../src/platform/access/authenticator.js';
import { FETCH_AGAIN_AFTER_MS } from '../../../../src/platform/access/tokens/issuer-key-set.js';
import { CLOCK_TOLERANCE_S, TokenVerifier } from '../../../../src/platform/access/tokens/token-verifier.js';
import { Forbidden, Unauthenticated } from '../../../../src/platform/access/callers/refusals.js';
import type { Scope } from '../../../../src/platform/access/callers/caller.js';
import { Busy } from '../../../../src/kernel/domain/errors.js';
import { eventually } from '../../../../testing/eventually.js';
import { AUDIENCE, TestIssuer } from '../../../support/issuer.js';

const SCOPES: readonly Scope[] = ['read', 'batches:write', 'allocations:write', 'admin'];

let issuer: TestIssuer;
let access: Authenticator;
const lines: string[] = [];
const note = (message: unknown) => void lines.push(String(message));

beforeEach(async () => {
  lines.length = 0;
  Logger.overrideLogger({ log: note, warn: note, error: note, debug: note });
  issuer = await TestIssuer.open();
  access = new Authenticator(new TokenVerifier(issuer.oidc, SCOPES));
});
afterEach(async () => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  await issuer.stop();
});

const admit = async (token: string, scope: Scope = 'read', to = access) => to.admit(`Bearer ${token}`, scope);
const SCOPE = 'openid read profile';
const letIn = { kind: 'token', id: 'web-shop', scopes: ['read'] };

/** Sets the clock, and nothing that waits. */
const later = (milliseconds: number) =>
  jest.useFakeTimers({
    now: Date.now() + milliseconds,
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

describe('A token of the issuer', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('is accepted if it is signed by %s', async (alg) => {
    await issuer.rotate(alg);

    expect(await admit(await issuer.token({ scope: SCOPE }))).toMatchObject(letIn);
  });

  it.each([
    [{ scope: 'batches:write read admin' }, ['read', 'batches:write', 'admin']],
    [{ scope: 'openid' }, []],
    [{ scp: 'read admin' }, ['read', 'admin']],
    [{ scp: ['allocations:write', 'other'] }, ['allocations:write']],
    [{ scope: 'read', scp: ['admin'] }, ['read', 'admin']],
    [{ scope: 'READ read:all batches batches: *' }, []],
    [{ scope: ['read', 7, null, { read: 'admin' }] }, ['read']],
    [{ scope: { read: true }, scp: 7 }, []],
    [{}, []],
  ])('has the scopes that it names, and no more: %j', async (claims, scopes) => {
    const token = await issuer.token(claims);

    for (const scope of SCOPES) {
      const admission = await admit(token, scope);
      if ((scopes as string[]).includes(scope)) expect(admission).toMatchObject({ scopes });
      else {
        expect(admission).toBeInstanceOf(Forbidden);
        expect(admission).toMatchObject({
          status: 403,
          message: `The token lacks the scope ${scope}.`,
          facts: { scope },
        });
      }
    }
  });

  it('is accepted if the service is one of several audiences', async () => {
    const token = await issuer.token({ scope: SCOPE, aud: ['other', AUDIENCE] });

    expect(await admit(token)).toMatchObject(letIn);
  });

  it('is not checked again at once, but never valid longer than it says', async () => {
    const verify = jest.spyOn(crypto.subtle, 'verify');
    const token = await issuer.token({ scope: SCOPE, exp: 3 });
    for (let i = 0; i < 100; i++) expect(await admit(token)).toMatchObject(letIn);
    expect(verify).toHaveBeenCalledTimes(1);

    later(6_000);
    expect(await admit(token)).toMatchObject(letIn);
    expect(verify).toHaveBeenCalledTimes(2);
    later((CLOCK_TOLERANCE_S - 5) * 1_000);
    expect(await admit(token)).toMatchObject(letIn);
    later(3_000);
    expect(await admit(token)).toBeInstanceOf(Unauthenticated);
  });

  it('is cached together with at most a thousand others', async () => {
    const verify = jest.spyOn(crypto.subtle, 'verify');
    const tokens = await Promise.all(
      Array.from({ length: 1_100 }, (_, n) => issuer.token({ scope: SCOPE, sub: `shop-${n}` })),
    );
    for (const [n, token] of tokens.entries()) expect(await admit(token)).toMatchObject({ id: `shop-${n}` });
    expect(await admit(tokens[0]!)).toMatchObject({ id: 'shop-0' });
    expect(verify).toHaveBeenCalledTimes(tokens.length + 1);
  });

  it('is still valid while the clocks may differ', async () => {
    const almost = CLOCK_TOLERANCE_S - 5;

    expect(await admit(await issuer.token({ scope: SCOPE, exp: -almost }))).toMatchObject(letIn);
    expect(await admit(await issuer.token({ scope: SCOPE, nbf: almost }))).toMatchObject(letIn);
  });
});

describe('A token is rejected', () => {
  const WRONG: [string, () => Promise<string> | string][] = [
    ['that has expired', () => issuer.token({ scope: SCOPE, exp: -CLOCK_TOLERANCE_S - 2 })],
    ['that is not valid yet', () => issuer.token({ scope: SCOPE, nbf: CLOCK_TOLERANCE_S + 2 })],
    ['that never expires', () => issuer.token({ scope: SCOPE, exp: null })],
    ['that says no number when it expires', () => issuer.token({ scope: SCOPE, exp: 'tomorrow' })],
    ['that is of nobody', () => issuer.token({ scope: SCOPE, sub: null })],
    ['for another audience', () => issuer.token({ scope: SCOPE, aud: 'other' })],
    ['for no audience', () => issuer.token({ scope: SCOPE, aud: null })],
    ['for an audience that only begins like ours', () => issuer.token({ scope: SCOPE, aud: `${AUDIENCE}s` })],
    ['of another issuer', () => issuer.token({ scope: SCOPE, iss: 'https://login.example.com' })],
    [
      'of an issuer that is ours but for a slash',
      () => issuer.token({ scope: SCOPE, iss: `${issuer.url}/` }),
    ],
    ['that is signed by somebody else with the name of our key', signedBySomebodyElse],
    ['that is not signed', unsigned],
    ['that is signed with the public key as a shared secret', signedWithThePublicKey],
    ['that is signed by HS256 with any secret', () => hmac('any secret')],
    ['whose claims were changed', tampered],
    ['whose signature was changed', async () => flipped(await issuer.token({ scope: SCOPE }))],
    ['whose signature is missing', async () => (await issuer.token({ scope: SCOPE })).replace(/[^.]+$/, '')],
    ['that has a part too many', async () => `${await issuer.token({ scope: SCOPE })}.e30`],
    ['that brings its own key', bringsItsKey],
    ['that wants what nobody knows to be understood', critical],
    ['that is no JSON', () => 'eyJ.eyJ.eyJ'],
    ['that is one word', () => 'x'],
    ['that is encrypted', () => `${encoded({ alg: 'dir', enc: 'A256GCM' })}....`],
    ['that is huge', () => `${encoded({ alg: 'ES256' })}.${'x'.repeat(15_000)}.x`],
    [
      'that is huge and nested',
      () => `${encoded({ alg: 'ES256' })}.${Buffer.from('['.repeat(10_000)).toString('base64url')}.x`,
    ],
  ];

  async function signedBySomebodyElse(): Promise<string> {
    const { privateKey } = await generateKeyPair('ES256');
    return new SignJWT(issuer.claims({ scope: SCOPE }))
      .setProtectedHeader({ alg: 'ES256', kid: issuer.publicKeys[0]!.kid! })
      .sign(privateKey);
  }

  function unsigned(): string {
    return `${encoded({ alg: 'none' })}.${encoded(issuer.claims({ scope: SCOPE }))}.`;
  }

  const hmac = (secret: string) => {
    const words = `${encoded({ alg: 'HS256', kid: issuer.publicKeys[0]!.kid })}.${encoded(issuer.claims({ scope: SCOPE }))}`;
    return `${words}.${createHmac('sha256', secret).update(words).digest('base64url')}`;
  };

  async function signedWithThePublicKey(): Promise<string> {
    return hmac(await exportSPKI((await importJWK(issuer.publicKeys[0]!, 'ES256')) as CryptoKey));
  }

  async function tampered(): Promise<string> {
    const [head, , signature] = (await issuer.token({ scope: 'openid' })).split('.');
    return [head, encoded(issuer.claims({ scope: SCOPE })), signature].join('.');
  }

  const flipped = (token: string) => {
    const [head, claims, signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    bytes[0]! ^= 1;
    return [head, claims, bytes.toString('base64url')].join('.');
  };

  async function bringsItsKey(): Promise<string> {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await crypto.subtle.exportKey('jwk', publicKey);
    return new SignJWT(issuer.claims({ scope: SCOPE }))
      .setProtectedHeader({ alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x: jwk.x!, y: jwk.y! } })
      .sign(privateKey);
  }

  async function critical(): Promise<string> {
    const token = await issuer.token({ scope: SCOPE });
    const [, claims, signature] = token.split('.');
    return `${encoded({ alg: 'ES256', kid: issuer.publicKeys[0]!.kid, crit: ['x'], x: 1 })}.${claims}.${signature}`;
  }

  it.each(WRONG)('%s', async (_, make) => {
    const token = await make();
    const admission = await admit(token);

    expect(admission).toBeInstanceOf(Unauthenticated);
    expect(admission).toMatchObject({
      status: 401,
      message: 'The token is invalid or has expired.',
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    });
    // The same issuer's good token is: nothing else was wrong.
    expect(await admit(await issuer.token({ scope: SCOPE }))).toMatchObject(letIn);
    for (const part of token.split('.').filter((each) => each.length > 20))
      expect(lines.join('\n')).not.toContain(part);
    expect(lines.every((line) => line.length < 200)).toBe(true);
  });

  it('with a reason in the log that shows nothing of it', async () => {
    await admit(await issuer.token({ aud: 'the-secret-of-the-house' }));
    await admit(await issuer.token({ exp: -100 }));
    await admit('x');

    expect(lines).toEqual([
      'Token rejected: ERR_JWT_CLAIM_VALIDATION_FAILED aud',
      'Token rejected: ERR_JWT_EXPIRED exp',
      'Token rejected: ERR_JWS_INVALID',
    ]);
  });
});

describe('Access with an issuer', () => {
  it('is on from the start, and fetches nothing before the first token', () => {
    expect(access.isEnabled).toBe(true);
    expect(access.admit(undefined, 'read')).toMatchObject({ status: 401 });
    expect(access.admit('Basic YTpi', 'read')).toMatchObject({ status: 401 });
    expect(issuer.asked).toEqual([]);
  });

  it('rejects tokens without an issuer', async () => {
    const alone = new Authenticator();
    alone.setKeys([{ id: '0', name: 'shop', hash: Buffer.alloc(32), scopes: [], isRevoked: false }]);

    expect(await admit(await issuer.token({ scope: SCOPE }), 'read', alone)).toBeInstanceOf(Unauthenticated);
  });
});

describe('The keys of the issuer', () => {
  it('are fetched once, however many tokens arrive', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => issuer.token({ scope: SCOPE })));
    for (const admission of await Promise.all(tokens.map((token) => admit(token))))
      expect(admission).toMatchObject(letIn);

    expect(issuer.asked).toEqual(['/realms/shop/.well-known/openid-configuration', '/realms/shop/keys']);
  });

  it('are fetched again when they are rotated, and forged tokens do not flood the issuer', async () => {
    const old = await issuer.token({ scope: SCOPE });
    expect(await admit(old)).toMatchObject(letIn);
    await issuer.rotate();
    const rotated = await issuer.token({ scope: SCOPE });
    const asked = issuer.asked.length;
    for (let i = 0; i < 50; i++) await admit(await issuer.token({ scope: SCOPE }, undefined, `made-up-${i}`));
    expect(issuer.asked).toHaveLength(asked);

    later(FETCH_AGAIN_AFTER_MS);
    expect(await admit(rotated)).toMatchObject(letIn);
    expect(issuer.asked).toHaveLength(asked + 1);
    expect(await admit(old)).toBeInstanceOf(Unauthenticated);
    expect(issuer.asked).toHaveLength(asked + 1);
  });

  it('are trusted while the issuer is unavailable, but not for ever', async () => {
    const token = await issuer.token({ scope: SCOPE, exp: 3_600 });
    expect(await admit(token)).toMatchObject(letIn);
    await issuer.stop();
    expect(await admit(token)).toMatchObject(letIn);

    later(601_000);
    expect(await admit(token)).toBeInstanceOf(Busy);
  });

  it('may be unavailable at the start: calls get 503 until they can be fetched', async () => {
    const token = await issuer.token({ scope: SCOPE });
    await issuer.stop();
    for (let i = 0; i < 10; i++) {
      expect(await admit(token)).toBeInstanceOf(Busy);
      expect(await admit(token)).toMatchObject({
        message: 'No token can be checked while its issuer does not answer; retry shortly.',
      });
    }
    expect(lines).toEqual([
      expect.stringMatching(
        /^Cannot fetch the token issuer's signing keys: fetch failed: connect ECONNREFUSED 127/,
      ),
    ]);

    await issuer.start();
    await eventually('it is believed', async () => !((await admit(token)) instanceof Error), 5_000);
    expect(await admit(token)).toMatchObject(letIn);
  });

  it.each<[string, RegExp, () => void]>([
    [
      'of another issuer',
      /another issuer/,
      () => (issuer.configuration = { issuer: 'https://a.example.com' }),
    ],
    [
      'of ours but for a slash',
      /another issuer/,
      () => (issuer.configuration = { issuer: `${issuer.url}/` }),
    ],
    ['of nobody', /another issuer/, () => (issuer.configuration = { issuer: undefined })],
    ['without keys', /names no jwks_uri/, () => (issuer.configuration = { jwks_uri: undefined })],
    [
      'with keys that travel open',
      /names no jwks_uri/,
      () => (issuer.configuration = { jwks_uri: 'http://keys.example.com/' }),
    ],
    [
      'with keys in a file',
      /names no jwks_uri/,
      () => (issuer.configuration = { jwks_uri: 'file:///etc/passwd' }),
    ],
    [
      'with keys that are no address',
      /names no jwks_uri/,
      () => (issuer.configuration = { jwks_uri: 'keys' }),
    ],
    [
      'with keys that are not there',
      /404/,
      () => (issuer.configuration = { jwks_uri: `${issuer.url}/none` }),
    ],
    ['with an error', /500/, () => (issuer.instead = { status: 500, body: '{}' })],
    ['with no JSON', /JSON/, () => (issuer.instead = { status: 200, body: '<html>' })],
    ['with no set of keys', /malformed/, () => (issuer.instead = { status: 200, body: '{"keys": [7]}' })],
    ['with a key that is none', /./, () => (issuer.instead = { status: 200, body: brokenKeys() })],
  ])('are not accepted from an answer with a configuration or keys %s', async (_, reason, spoil) => {
    spoil();
    const token = await issuer.token({ scope: SCOPE });
    jest.spyOn(performance, 'now').mockReturnValue(performance.now());

    expect(await admit(token)).toBeInstanceOf(Busy);
    const asked = issuer.asked.length;
    expect(await admit(token)).toBeInstanceOf(Busy);
    expect(issuer.asked).toHaveLength(asked);
    expect(lines).toEqual([expect.stringMatching(/^Cannot fetch the token issuer's signing keys: /)]);
    expect(lines[0]).toMatch(reason);
  });

  it('are not fetched again at once after a failure, which is not logged each time', async () => {
    issuer.instead = { status: 500, body: '{}' };
    const token = await issuer.token({ scope: SCOPE });
    const began = performance.now();
    const calls = async () => {
      for (let i = 0; i < 20; i++) expect(await admit(token)).toBeInstanceOf(Busy);
      return issuer.asked.filter((path) => path.endsWith('/keys')).length;
    };
    expect(await calls()).toBe(1);
    await eventually('it is asked again', async () => (await calls()) >= 3, 10_000);

    expect(performance.now() - began).toBeGreaterThan(1_900);
    expect(lines).toHaveLength(1);
  });

  const brokenKeys = () => JSON.stringify({ keys: [{ ...issuer.publicKeys[0], x: 'AA', y: 'AA' }] });
});

describe('A live feed', () => {
  it('is closed when the token that opened it expires', async () => {
    const caller = await admit(await issuer.token({ scope: SCOPE, exp: 60 }));
    if (caller instanceof Error) throw caller;
    const destroy = jest.fn();
    const connection = { destroyed: false, once: jest.fn(), destroy };
    access.closeWhenRevoked(caller, connection as never);

    access.setKeys([]);
    expect(destroy).not.toHaveBeenCalled();
    later((60 + CLOCK_TOLERANCE_S + 1) * 1_000);
    access.setKeys([]);
    expect(destroy).toHaveBeenCalledTimes(1);
  });
});

describe('A token of the issuer for this audience', () => {
  const HOUR_S = 3_600;

  it.each([
    ['a token of who has logged in', { typ: 'ID' }],
    ['one to get others with', { typ: 'Refresh' }],
    ['one of a log-out', { typ: 'Logout' }],
    ['one of no kind that can be told', { typ: 7 }],
    ['one without a subject', { sub: '' }],
    ['one whose subject is blank', { sub: ' ' }],
    ['one whose subject is a number', { sub: 7 as unknown as string }],
    ['one whose subject is a list', { sub: ['web-shop'] as unknown as string }],
    ['one whose subject is too long', { sub: 'x'.repeat(256) }],
    ['one whose subject would break a line', { sub: 'web\nshop' }],
    ['one that is good for longer than a day', { exp: 24 * HOUR_S + CLOCK_TOLERANCE_S + 60 }],
    ['one that is good for ever', { exp: 1e15 }],
  ])('is rejected if it is no access token: %s', async (_, claims) => {
    expect(await admit(await issuer.token({ scope: SCOPE, ...claims }))).toBeInstanceOf(Unauthenticated);
  });

  it.each([
    ['of the usual kind', { typ: 'Bearer' }],
    ['whose subject is as long as it may be', { sub: 'x'.repeat(255) }],
    ['that is good for a day', { exp: 24 * HOUR_S }],
  ])('is accepted if it is an access token: %s', async (_, claims) => {
    expect(await admit(await issuer.token({ scope: SCOPE, ...claims }))).toMatchObject({ kind: 'token' });
  });

  it.each([
    ['logout+jwt', false],
    ['secevent+jwt', false],
    ['dpop+jwt', false],
    ['at+jwt', true],
    ['application/at+jwt', true],
    ['AT+JWT', true],
    ['JWT', true],
  ])('is an access token by the type in its header: %s', async (typ, isBelieved) => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'of-this-test', alg: 'ES256', use: 'sig' };
    issuer.instead = { status: 200, body: JSON.stringify({ keys: [jwk] }) };
    const token = await new SignJWT(issuer.claims({ scope: SCOPE }))
      .setProtectedHeader({ alg: 'ES256', kid: 'of-this-test', typ })
      .sign(privateKey);
    const admission = await admit(token);
    expect(admission instanceof Error).toBe(!isBelieved);
  });

  it('may be valid for longer if that is set', async () => {
    const patient = new Authenticator(new TokenVerifier(issuer.oidc, SCOPES, 48));
    const token = await issuer.token({ scope: SCOPE, exp: 40 * HOUR_S });
    expect(await admit(token, 'read', patient)).toMatchObject({ kind: 'token' });
    expect(await admit(token)).toBeInstanceOf(Unauthenticated);
  });
});
