import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../../src/platform/config/settings.js';

describe('HOST', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost', 'earmark', 'shop_1.example.com', '7up.example'])(
    'may be %s',
    (host) => {
      expect(readSettings({ HOST: host }).host).toBe(host);
    },
  );

  it.each([
    '1.2.3.999',
    '1.2.3',
    '127.0.0.1:80',
    'http://localhost',
    'a b',
    '-a',
    'a..b',
    '[::1]',
    '*',
    'a/8',
  ])('may not be %s', (host) => {
    expect(() => readSettings({ HOST: host })).toThrow(/^HOST must be an address or a name/);
  });
});
