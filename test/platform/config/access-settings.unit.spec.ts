import { describe, expect, it } from '@jest/globals';
import { InvalidSetting } from '../../../src/platform/config/setting-parsers.js';
import { readSettings } from '../../../src/platform/config/settings.js';

const OIDC_ISSUER = 'https://login.example.com/realms/shop';
const OIDC_AUDIENCE = 'earmark';

describe('The issuer of tokens', () => {
  it('is none by default', () => {
    expect(readSettings({}).oidc).toBeNull();
    expect(readSettings({ OIDC_ISSUER: ' ', OIDC_AUDIENCE: '' }).oidc).toBeNull();
  });

  it.each([
    OIDC_ISSUER,
    'https://login.example.com',
    'https://login.example.com/',
    'https://login.example.com:8443/a/b/',
    'http://127.0.0.1:8080/realms/shop',
    'http://localhost:8080',
    'http://[::1]:8080',
  ])('may be %s, and is kept exactly as its tokens name it', (issuer) => {
    expect(readSettings({ OIDC_ISSUER: issuer, OIDC_AUDIENCE }).oidc).toEqual({
      issuer,
      audience: OIDC_AUDIENCE,
    });
  });

  it.each([
    'login.example.com',
    'http://login.example.com',
    'http://10.0.0.7:8080',
    'http://127.0.0.1.example.com',
    'ftp://127.0.0.1',
    'https://login.example.com?realm=shop',
    'https://login.example.com/#shop',
    'https://user:password@login.example.com',
    'https://login.example.com https://other.example.com',
    'https://',
    'x',
  ])('may not be %s', (issuer) => {
    const read = () => readSettings({ OIDC_ISSUER: issuer, OIDC_AUDIENCE });

    expect(read).toThrow(InvalidSetting);
    expect(read).toThrow(/^OIDC_ISSUER must look like https:/);
    expect(read).not.toThrow(/password/);
  });

  it('is refused without an audience, and an audience without an issuer', () => {
    expect(() => readSettings({ OIDC_ISSUER })).toThrow('OIDC_AUDIENCE must be set if OIDC_ISSUER is');
    expect(() => readSettings({ OIDC_AUDIENCE })).toThrow('OIDC_ISSUER must be set if OIDC_AUDIENCE is');
  });
});

describe('The sign-in to the console', () => {
  const OIDC_CLIENT_ID = 'console';

  it('is by key only unless the issuer knows the console as a client', () => {
    expect(readSettings({ OIDC_ISSUER, OIDC_AUDIENCE }).oidc).not.toHaveProperty('signIn');
    expect(readSettings({ OIDC_ISSUER, OIDC_AUDIENCE, OIDC_CLIENT_ID }).oidc).toMatchObject({
      signIn: { clientId: OIDC_CLIENT_ID, scope: 'openid' },
    });
    const OIDC_SCOPE = 'openid api://stock/.default';
    expect(readSettings({ OIDC_ISSUER, OIDC_AUDIENCE, OIDC_CLIENT_ID, OIDC_SCOPE }).oidc).toMatchObject({
      signIn: { scope: OIDC_SCOPE },
    });
  });

  it('needs an issuer, and scopes that an address can carry', () => {
    expect(() => readSettings({ OIDC_CLIENT_ID })).toThrow('OIDC_ISSUER must be set if OIDC_CLIENT_ID is');
    for (const OIDC_SCOPE of ['openid  read', 'openid "read"', 'öffnen']) {
      const read = () => readSettings({ OIDC_ISSUER, OIDC_AUDIENCE, OIDC_CLIENT_ID, OIDC_SCOPE });
      expect(read).toThrow(/^OIDC_SCOPE must be a list of scopes/);
    }
  });

  it('is there unless the console is off', () => {
    expect(readSettings({}).servesConsole).toBe(true);
    expect(readSettings({ CONSOLE: 'off' }).servesConsole).toBe(false);
    expect(() => readSettings({ CONSOLE: 'no' })).toThrow('CONSOLE must be one of on, off');
  });
});

describe('The limit of calls', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['off', null],
    ['1', 1],
    ['600', 600],
    ['10000000', 10_000_000],
  ])('set to %j is %j a minute', (RATE_LIMIT, limit) => {
    expect(readSettings({ RATE_LIMIT }).rateLimit).toBe(limit);
  });

  it.each(['0', '-1', '1.5', '1e3', '10000001', '100000000', 'none', '600/min'])('may not be %s', (value) => {
    expect(() => readSettings({ RATE_LIMIT: value })).toThrow(
      /^RATE_LIMIT must be off or a number of calls a minute/,
    );
  });
});
