import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../../../src/platform/access/authenticator.js';
import { CLOCK_TOLERANCE_S, TokenVerifier } from '../../../src/platform/access/tokens/token-verifier.js';
import { eventually } from '../../../testing/eventually.js';
import { TestIssuer } from '../../support/issuer.js';
import { signal } from '../../support/signal.js';
import { openProbe } from '../access/probe-controller.js';

const HOST = 'stock.example.com';
const RETURN = `http://${HOST}/console/sign-in/return`;

let issuer: TestIssuer;
let app: NestFastifyApplication;
let logged: string[];
beforeEach(async () => {
  issuer = await TestIssuer.open();
  await open();
});
afterEach(async () => {
  await app.close();
  await issuer.stop();
});

interface Options {
  readonly audience?: string;
  readonly clientId?: string | null;
  readonly failedTries?: number;
}

async function open({ audience = 'earmark', clientId = 'console', ...limits }: Options = {}): Promise<void> {
  const signIn = { clientId: clientId ?? '', scope: 'openid orders' };
  const oidc = { issuer: issuer.url, audience, ...(clientId !== null && { signIn }) };
  const access = new Authenticator(new TokenVerifier(oidc, ['read']));
  app = await openProbe(access, { webConsole: { oidc }, ...limits });
  logged = [];
  const note = (words: unknown) => void logged.push(String(words));
  Logger.overrideLogger({ log: note, warn: note, error: note });
}

interface Page {
  readonly status: number;
  /** Where the browser goes from there. */
  readonly next: string;
  readonly cookies: readonly string[];
}

async function visit(url: string, cookie?: string): Promise<Page> {
  const headers = { host: HOST, ...(cookie !== undefined && { cookie }) };
  const answer = await app.inject({ url, headers });
  const { location, 'set-cookie': cookies = [] } = answer.headers;
  return {
    status: answer.statusCode,
    next: location === undefined ? '' : new URL(location, `http://${HOST}${url}`).href,
    cookies: [cookies].flat(),
  };
}

/** The path with which the issuer sends the browser back. */
async function signInAt(url: string): Promise<string> {
  const { headers } = await fetch(url, { redirect: 'manual' });
  return headers.get('location')!.replace(`http://${HOST}`, '');
}

const valueOf = (cookie = '') => cookie.split(';', 1)[0]!;
const failed = (code: string) => ({ status: 302, next: `http://${HOST}/console/?signInFailed=${code}` });
const REMOVED = 'earmark_sign_in=; Path=/console/sign-in; Max-Age=0; HttpOnly; SameSite=Lax';

/** All the way of a browser, up to its return. */
async function begin(query = '') {
  const { next, cookies } = await visit(`/console/sign-in${query}`);
  return { path: await signInAt(next), secrets: valueOf(cookies[0]) };
}

describe('The sign-in with the issuer', () => {
  it('sends the browser to the issuer, with all that the code flow with PKCE needs', async () => {
    const { status, next, cookies } = await visit('/console/sign-in');

    expect(status).toBe(302);
    expect(next).toMatch(new RegExp(`^${issuer.url}/authorize\\?`));
    const asked = Object.fromEntries(new URL(next).searchParams);
    expect(asked).toEqual({
      response_type: 'code',
      client_id: 'console',
      redirect_uri: RETURN,
      scope: 'openid orders',
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      audience: 'earmark',
    });
    expect(cookies).toEqual([
      expect.stringMatching(
        /^earmark_sign_in=[\w-]{43}\.[\w-]{43}; Path=\/console\/sign-in; Max-Age=600; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    // Who sees the address learns nothing with which a code can be exchanged.
    expect(next).not.toContain(valueOf(cookies[0]).split('.')[1]!);
  });

  it('keeps the token of the issuer in a cookie for as long as it is valid', async () => {
    const { path, secrets } = await begin();
    const back = await visit(path, secrets);

    expect([back.status, back.next]).toEqual([302, `http://${HOST}/console/`]);
    const [session = '', removed] = back.cookies;
    expect(removed).toBe(REMOVED);
    const [, seconds] = /^earmark_session=[\w.-]+; Path=\/; Max-Age=(\d+); HttpOnly; SameSite=Strict$/.exec(
      session,
    )!;
    expect(Number(seconds)).toBeGreaterThan(300 + CLOCK_TOLERANCE_S - 10);
    expect(Number(seconds)).toBeLessThanOrEqual(300 + CLOCK_TOLERANCE_S);
    const cookie = valueOf(session);
    expect((await app.inject({ url: '/probe', headers: { cookie } })).statusCode).toBe(200);
    expect((await app.inject({ url: '/console/session', headers: { cookie } })).json()).toEqual({
      isSecured: true,
      signedIn: true,
      canUseIssuer: true,
    });
    expect(logged).toEqual([]);
  });

  it('returns to the page from which it began', async () => {
    const page = '/console/orders?state=held&sku=%22A%22';
    const { path, secrets } = await begin(`?returnTo=${encodeURIComponent(page)}`);

    expect(secrets.length).toBeLessThan(300);
    expect((await visit(path, secrets)).next).toBe(`http://${HOST}${page}`);
  });

  it('returns to the longest path that it keeps, and its cookie is not too long for browsers', async () => {
    const page = `/console/${'x'.repeat(2_000)}`;
    const { path, secrets } = await begin(`?returnTo=${page}`);

    expect(secrets.length).toBeLessThan(4_000);
    expect((await visit(path, secrets)).next).toBe(`http://${HOST}${page}`);
  });

  it.each(['https://evil.example.com/console/', '//evil.example.com/console/', '/console/../v1/orders'])(
    'returns to the start page instead of %s, also if the cookie says so',
    async (page) => {
      const { path, secrets } = await begin(`?returnTo=${encodeURIComponent(page)}`);
      expect((await visit(path, secrets)).next).toBe(`http://${HOST}/console/`);

      const again = await begin();
      const forged = `${again.secrets}:${Buffer.from(page).toString('base64url')}`;
      expect((await visit(again.path, forged)).next).toBe(`http://${HOST}/console/`);
    },
  );

  it('names the resource if the audience is an address', async () => {
    await app.close();
    await open({ audience: 'https://stock.example.com/api' });
    const { searchParams } = new URL((await visit('/console/sign-in')).next);

    expect(searchParams.get('resource')).toBe('https://stock.example.com/api');
  });

  it('has a nonce at an issuer that does not know PKCE', async () => {
    issuer.knowsPkce = false;
    const { next, cookies } = await visit('/console/sign-in');
    expect(new URL(next).searchParams.get('nonce')).toMatch(/^[\w-]{43}$/);

    const [state, verifier] = valueOf(cookies[0]).split('.');
    const wrong = await visit(await signInAt(next), `${state}.${verifier}.another`);
    expect(wrong).toMatchObject(failed('denied'));
    const again = await begin();
    expect((await visit(again.path, again.secrets)).next).toBe(`http://${HOST}/console/`);
  });

  it('is asked for the configuration of the issuer once', async () => {
    for (let times = 0; times < 3; times++) {
      const { path, secrets } = await begin();
      await visit(path, secrets);
    }
    expect(issuer.asked.filter((path) => path.includes('well-known'))).toHaveLength(2);
  });
});

describe('A sign-in', () => {
  it.each([
    ['expired', 'without the cookie of its begin', (secrets: string) => ({ secrets: secrets.slice(0, 16) })],
    [
      'expired',
      'with the cookie of another sign-in',
      () => ({ secrets: `earmark_sign_in=${'a'.repeat(43)}.b` }),
    ],
    [
      'expired',
      'without a state',
      (secrets: string, path: string) => ({ secrets, path: path.replace(/state=/, 'other=') }),
    ],
    [
      'expired',
      'with another state',
      (secrets: string, path: string) => ({ secrets, path: path.replace(/state=.{4}/, 'state=aaaa') }),
    ],
    ['expired', 'with nothing', (secrets: string) => ({ secrets, path: '/console/sign-in/return' })],
    [
      'denied',
      'with a code that the issuer does not know',
      (secrets: string, path: string) => ({ secrets, path: path.replace(/code=[^&]+/, 'code=other') }),
    ],
    ['denied', 'with another verifier', (secrets: string) => ({ secrets: `${secrets}x` })],
  ])('fails as %s %s', async (code, _, change) => {
    const begun = await begin();
    const { secrets, path } = { ...begun, ...change(begun.secrets, begun.path) };
    const answer = await visit(path, secrets);

    expect(answer).toMatchObject(failed(code));
    expect(answer.cookies).toEqual([REMOVED]);
    expect(logged).toEqual([
      expect.stringMatching(new RegExp(`^Sign-in to the console failed \\(${code}\\): `)),
    ]);
  });

  it('that takes longer than its cookie is kept fails as expired on the start page, and can begin again', async () => {
    const { path } = await begin(`?returnTo=${encodeURIComponent('/console/orders?state=held')}`);
    const late = await visit(path);

    expect(late).toMatchObject(failed('expired'));
    expect(late.cookies).toEqual([REMOVED]);
    const again = await begin();
    expect((await visit(again.path, again.secrets)).next).toBe(`http://${HOST}/console/`);
  });

  it('fails as denied if the issuer refuses the person, and the log has the code of the standard alone', async () => {
    issuer.refusal = 'access_denied';
    const { path, secrets } = await begin();

    expect(await visit(path, secrets)).toMatchObject(failed('denied'));
    expect(logged).toEqual([expect.stringMatching(/: access_denied$/)]);
    const forged = path.replace('access_denied', encodeURIComponent('one\ntwo'));
    await visit(forged, secrets);
    expect(logged.join()).not.toContain('two');
  });

  it('that fails says so at the page from which it began', async () => {
    issuer.refusal = 'access_denied';
    const withQuery = await begin(`?returnTo=${encodeURIComponent('/console/orders?state=held')}`);
    expect((await visit(withQuery.path, withQuery.secrets)).next).toBe(
      `http://${HOST}/console/orders?state=held&signInFailed=denied`,
    );
    const without = await begin('?returnTo=/console/orders');
    expect((await visit(without.path, without.secrets)).next).toBe(
      `http://${HOST}/console/orders?signInFailed=denied`,
    );
    await app.close();
    await open({ clientId: null });
    expect((await visit('/console/sign-in?returnTo=/console/orders')).next).toBe(
      `http://${HOST}/console/orders?signInFailed=not-set-up`,
    );
  });

  it('fails as denied if its code was used before', async () => {
    const { path, secrets } = await begin();
    await visit(path, secrets);

    expect(await visit(path, secrets)).toMatchObject(failed('denied'));
  });

  it.each([
    ['token-rejected', 'for another audience', { aud: 'other' }],
    ['token-rejected', 'of another issuer', { iss: 'https://other.example.com' }],
    ['token-rejected', 'that has expired', { exp: -600 }],
    ['token-rejected', 'that is no access token', { typ: 'ID' }],
    ['token-rejected', 'that only its issuer can read', 'opaque'],
    ['token-too-long', 'that no browser keeps', { groups: 'x'.repeat(4_000) }],
  ])('fails as %s with a token %s', async (code, _, granted) => {
    issuer.granted = granted;
    const { path, secrets } = await begin();
    const answer = await visit(path, secrets);

    expect(answer).toMatchObject(failed(code));
    expect(answer.cookies).toEqual([REMOVED]);
  });

  it('fails as issuer-unavailable if the issuer does not answer, and works again when it does', async () => {
    await issuer.stop();
    expect(await visit('/console/sign-in')).toMatchObject(failed('issuer-unavailable'));
    expect(logged).toEqual([expect.stringContaining('(issuer-unavailable): no configuration: ')]);
    await issuer.start();
    await eventually('it is asked again', async () =>
      (await visit('/console/sign-in')).next.includes('/authorize'),
    );
    const { path, secrets } = await begin();
    await issuer.stop();
    expect(await visit(path, secrets)).toMatchObject(failed('issuer-unavailable'));
  });

  it.each([
    ['denied', 200, '<html>'],
    ['denied', 200, '{}'],
    ['denied', 200, '{"access_token": "x", "token_type": "other"}'],
    ['denied', 400, '{"error": "invalid_client"}'],
    ['issuer-unavailable', 500, 'Down.'],
  ])('fails as %s if the issuer answers the code with %i %s', async (code, status, body) => {
    issuer.insteadOfToken = { status, body };
    const { path, secrets } = await begin();

    expect(await visit(path, secrets)).toMatchObject(failed(code));
  });

  it.each([
    { issuer: 'https://other.example.com' },
    { authorization_endpoint: 'http://login.example.com/authorize' },
    { token_endpoint: undefined },
    { token_endpoint: 'http://login.example.com/token' },
  ])(
    'fails as issuer-unavailable if the configuration of the issuer is not one to trust: %j',
    async (configuration) => {
      issuer.configuration = configuration;
      expect(await visit('/console/sign-in')).toMatchObject(failed('issuer-unavailable'));
    },
  );

  it('fails as issuer-unavailable while 20 others wait for the issuer', async () => {
    const answer = signal();
    issuer.tokensWaitFor = answer.given;
    const begun = await Promise.all(Array.from({ length: 21 }, begin));
    const waiting = begun.slice(1).map(({ path, secrets }) => visit(path, secrets));
    await eventually(
      'the issuer has the codes',
      () => issuer.asked.filter((path) => path.endsWith('/token')).length === 20,
    );

    expect(await visit(begun[0]!.path, begun[0]!.secrets)).toMatchObject(failed('issuer-unavailable'));
    expect(logged).toEqual([expect.stringContaining('too many sign-ins at once')]);
    answer.give();
    const answers = await Promise.all(waiting);
    expect(new Set(answers.map(({ next }) => next))).toEqual(new Set([`http://${HOST}/console/`]));
    const later = await begin();
    expect((await visit(later.path, later.secrets)).next).toBe(`http://${HOST}/console/`);
  });

  it('fails as not-set-up if there is no client for the console', async () => {
    await app.close();
    await open({ clientId: null });
    for (const path of ['/console/sign-in', '/console/sign-in/return?code=x&state=y'])
      expect(await visit(path, 'earmark_sign_in=y.z')).toMatchObject(failed('not-set-up'));
    expect((await app.inject('/console/session')).json()).toMatchObject({ canUseIssuer: false });
  });

  it('that fails too often for an address gets 429, so that nobody fills the log', async () => {
    await app.close();
    await open({ failedTries: 2 });
    const statuses = [];
    for (let times = 0; times < 4; times++) statuses.push((await visit('/console/sign-in/return')).status);

    expect(statuses).toEqual([302, 302, 429, 429]);
    expect(logged.filter((line) => line.startsWith('Sign-in'))).toHaveLength(2);
  });

  it('leaves neither code nor verifier nor token in the log', async () => {
    issuer.granted = { aud: 'other' };
    const { path, secrets } = await begin();
    const { searchParams } = new URL(path, RETURN);
    await visit(path, secrets);
    await visit(path, secrets);
    await visit(path, `${secrets}x`);

    const said = logged.join('\n');
    for (const secret of [searchParams.get('code')!, ...secrets.split(/[=.]/).slice(1)])
      expect(said).not.toContain(secret);
    expect(said).not.toContain('eyJ');
  });

  it('is not used up by a HEAD', async () => {
    const { path, secrets } = await begin();
    await app.inject({ method: 'HEAD', url: path, headers: { host: HOST, cookie: secrets } });

    expect((await visit(path, secrets)).next).toBe(`http://${HOST}/console/`);
  });
});
