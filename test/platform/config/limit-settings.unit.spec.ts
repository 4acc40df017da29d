import { describe, expect, it } from '@jest/globals';
import { addressList, DEFAULT_LIMITS, limitSettings } from '../../../src/platform/config/limit-settings.js';

const read = (name: string, value: string) => limitSettings((asked) => (asked === name ? value : undefined));

describe('The limit of what one caller may take', () => {
  it('is bounded by default', () => {
    expect(DEFAULT_LIMITS).toMatchObject({
      connections: 10_000,
      connectionsPerAddress: 2_500,
      trustedProxies: [],
      answerSeconds: 30,
      bodyKib: 64,
    });
  });

  it('may be set', () => {
    expect(read('CONNECTIONS_PER_ADDRESS', 'off').connectionsPerAddress).toBeNull();
    expect(read('BODY_KIB', '1024').bodyKib).toBe(1_024);
    expect(read('TRUSTED_PROXIES', '10.0.0.5, 10.1.0.0/16,fd00::/8,::1').trustedProxies).toEqual([
      '10.0.0.5',
      '10.1.0.0/16',
      'fd00::/8',
      '::1',
    ]);
  });

  it.each([
    ['CONNECTIONS', '0'],
    ['CONNECTIONS', 'off'],
    ['CONNECTIONS_PER_ADDRESS', '-1'],
    ['ANSWER_SECONDS', '0'],
    ['BODY_KIB', '1025'],
    ['TRUSTED_PROXIES', 'proxy.example.com'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', '::/0'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['TRUSTED_PROXIES', '10.0.0.0/'],
    ['TRUSTED_PROXIES', 'fe80::1%eth0'],
  ])('may not be set to what bounds nothing or cannot be read: %s=%s', (name, value) => {
    expect(() => read(name, value)).toThrow(new RegExp(`^${name} must be `));
  });
});

describe('A list of addresses', () => {
  it('matches its addresses, however they are written', () => {
    const isListed = addressList(['10.0.0.5', '10.1.0.0/16', 'fd00::/8']);
    expect(['10.0.0.5', '10.1.255.255', 'fd12::1', '::ffff:10.0.0.5'].map(isListed)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['10.0.0.6', '10.2.0.0', 'fe00::1', '', 'nonsense'].map(isListed)).toEqual(Array(5).fill(false));
  });
});
