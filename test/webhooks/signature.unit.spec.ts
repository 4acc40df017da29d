import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { newSecret, signedHeaders } from '../../src/webhooks/sending/signature.js';

const body = '{"type":"LineAllocated","data":{"sku":"TISCH-Ü"}}';

describe('The signature of a webhook', () => {
  it('is the one that Standard Webhooks makes of the same id, time and body', () => {
    const secret = newSecret();
    const at = new Date('2026-08-01T09:30:00.999Z');
    const headers = signedHeaders('3f0c2a52-9d0f-4d53-8f4e-0f6f6f5b8c11', at, body, [secret]);
    expect(headers).toEqual({
      'webhook-id': '3f0c2a52-9d0f-4d53-8f4e-0f6f6f5b8c11',
      'webhook-timestamp': '1785576600',
      'webhook-signature': new Webhook(secret).sign('3f0c2a52-9d0f-4d53-8f4e-0f6f6f5b8c11', at, body),
    });
  });

  it('is verified with each of its secrets, and with no other', () => {
    const [first, second, other] = [newSecret(), newSecret(), newSecret()];
    const headers = signedHeaders('id', new Date(), body, [first, second]);
    for (const secret of [first, second]) new Webhook(secret).verify(body, headers);
    expect(() => new Webhook(other).verify(body, headers)).toThrow();
    expect(() => new Webhook(first).verify(`${body} `, headers)).toThrow();
  });
});

describe('A new secret', () => {
  it('has the prefix and the length that Standard Webhooks asks for, and is never the same', () => {
    const secrets = Array.from({ length: 100 }, newSecret);
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) {
      expect(secret.startsWith('whsec_')).toBe(true);
      expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
    }
  });
});
