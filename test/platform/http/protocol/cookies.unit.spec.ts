import { describe, expect, it } from '@jest/globals';
import { formatCookie, readCookie } from '../../../../src/platform/http/protocol/cookies.js';

describe('A cookie', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['name', undefined],
    ['other=1', undefined],
    ['name2=1; a name=2', undefined],
    ['other="name=1"', undefined],
    ['name=', ''],
    ['name=1', '1'],
    ['other=1;name=2', '2'],
    ['other=1;  name=2 ; third=3', '2'],
    ['name=1; name=2', '1'],
    ['name=a=b==', 'a=b=='],
  ])('is found in %j as %j', (cookie, value) => {
    expect(readCookie('name', { ...(cookie !== undefined && { cookie }) })).toBe(value);
  });

  it('is kept from scripts, and from plain HTTP if it came over TLS', () => {
    const options = { path: '/', sameSite: 'Strict', isSecure: false } as const;
    expect(formatCookie('name', 'value', options)).toBe('name=value; Path=/; HttpOnly; SameSite=Strict');
    expect(formatCookie('name', 'value', { ...options, isSecure: true, maxAgeSeconds: 60 })).toBe(
      'name=value; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure',
    );
  });
});
