import { describe, expect, it } from '@jest/globals';
import {
  bearerToken,
  formatApiKey,
  hashOf,
  isSecretOf,
  newApiKey,
  parseApiKey,
} from '../../../../src/platform/access/keys/api-key.js';

const ID = '0123456789abcdef';
const SECRET = 'ab'.repeat(32);

describe('An API key', () => {
  it('is parsed as it was printed', () => {
    const key = newApiKey();

    expect(parseApiKey(formatApiKey(key))).toEqual(key);
    expect(formatApiKey({ id: ID, secret: SECRET })).toBe(`earmark_${ID}_${SECRET}`);
  });

  it('has 256 random bits, and no two are alike', () => {
    const keys = Array.from({ length: 100 }, newApiKey);

    expect(keys.every(({ secret }) => Buffer.from(secret, 'hex').length === 32)).toBe(true);
    expect(new Set(keys.map(({ id }) => id)).size).toBe(100);
    expect(new Set(keys.map(({ secret }) => secret)).size).toBe(100);
  });

  it.each([
    '',
    'earmark',
    `earmark_${ID}_`,
    `earmark_${ID}_${SECRET}0`,
    `earmark_${ID}_${SECRET.slice(1)}`,
    `earmark_${ID}_${SECRET.toUpperCase()}`,
    `earmark_${ID.slice(1)}_${SECRET}`,
    `Earmark_${ID}_${SECRET}`,
    ` earmark_${ID}_${SECRET}`,
    `earmark_${ID}_${SECRET}\n`,
    `earmark_${ID}_${SECRET},earmark_${ID}_${SECRET}`,
    `earmark_constructor_${SECRET}`,
  ])('is not %j', (word) => {
    expect(parseApiKey(word)).toBeNull();
  });

  it('matches its whole secret only', () => {
    const hash = hashOf(SECRET);

    expect(hash.toString('hex')).toHaveLength(64);
    expect(isSecretOf(SECRET, hash)).toBe(true);
    expect(isSecretOf(`${SECRET.slice(0, -1)}c`, hash)).toBe(false);
    expect(isSecretOf(`c${SECRET.slice(1)}`, hash)).toBe(false);
    expect(isSecretOf(SECRET, hash.subarray(1))).toBe(false);
    expect(isSecretOf(SECRET, Buffer.alloc(0))).toBe(false);
  });
});

describe('An Authorization header', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER   a-b._~+/c==', 'a-b._~+/c=='],
  ])('holds a token: %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearerabc',
    'Bearer abc def',
    'Bearer a,b',
    'Bearer =',
    'Bearer é',
    'Basic YTpi',
    'abc',
    'Bearer\tabc',
    'Bearer abc\n',
  ])('holds no token: %j', (header) => {
    expect(bearerToken(header)).toBeNull();
  });
});
