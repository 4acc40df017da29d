import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { InvalidWebhook, verifyWebhook, type WebhookHeaders } from '../../../client/src/index.js';
import { newSecret, signedHeaders } from '../../../src/webhooks/sending/signature.js';
import { failureOf } from '../../client/fake-service.js';

const SECRET = newSecret();
const AT = new Date('2026-08-01T09:30:00Z');
const now = AT.getTime();
const BODY = JSON.stringify({ type: 'BatchRegistered', key: 'Stühlchen', data: { sku: 'Stühlchen' } });

/** As the service signs them. */
const signed = (body = BODY, at = AT, secrets = [SECRET]) => signedHeaders('evt-1', at, body, secrets);

describe('A call of a webhook', () => {
  it.each([
    ['text', BODY],
    ['bytes', new TextEncoder().encode(BODY)],
    ['a buffer', Buffer.from(BODY)],
  ])('is verified, and read, as %s', async (_what, body) => {
    const event = await verifyWebhook(SECRET, signed(), body, { now });

    expect(event).toEqual(JSON.parse(BODY));
  });

  it('is verified with the headers of a Request as well', async () => {
    expect(await verifyWebhook(SECRET, new Headers(signed()), BODY, { now })).toMatchObject({
      type: 'BatchRegistered',
    });
  });

  it('is verified as the library of Standard Webhooks signs it', async () => {
    const signature = new Webhook(SECRET).sign('evt-1', AT, BODY);
    const headers = { ...signed(), 'webhook-signature': signature };

    await verifyWebhook(SECRET, headers, BODY, { now });
  });

  it('is verified while the secret is replaced, on either side', async () => {
    const next = newSecret();

    await verifyWebhook(SECRET, signed(BODY, AT, [next, SECRET]), BODY, { now });
    await verifyWebhook([next, SECRET], signed(), BODY, { now });
  });

  it.each<[string, WebhookHeaders, string]>([
    ['its body was changed', signed('{}'), 'No signature'],
    ['another secret has signed it', signed(BODY, AT, [newSecret()]), 'No signature'],
    ['its id was changed', { ...signed(), 'webhook-id': 'evt-2' }, 'No signature'],
    [
      'its signature is none',
      { ...signed(), 'webhook-signature': 'v1,%%% v1, v2,abc rubbish' },
      'No signature',
    ],
    [
      'its signature is of another kind',
      { ...signed(), 'webhook-signature': signed()['webhook-signature']!.replace('v1,', 'v1a,') },
      'No signature',
    ],
    ['it is older than five minutes', signed(BODY, new Date(now - 301_000)), 'not of the last 300 seconds'],
    ['it comes from the future', signed(BODY, new Date(now + 301_000)), 'not of the last 300 seconds'],
    ['its time is none', { ...signed(), 'webhook-timestamp': 'NaN' }, 'not a time'],
    ['it has no signature', { ...signed(), 'webhook-signature': undefined }, 'webhook-signature is missing'],
    ['it has two ids', { ...signed(), 'webhook-id': ['evt-1', 'evt-2'] }, 'webhook-id is missing'],
  ])('is refused if %s', async (_why, headers, message) => {
    const failure = await failureOf(verifyWebhook(SECRET, headers, BODY, { now }));

    expect(failure).toBeInstanceOf(InvalidWebhook);
    expect(failure.message).toContain(message);
    expect(failure.name).toBe('InvalidWebhook');
  });

  it('may be as old as the receiver allows', async () => {
    await verifyWebhook(SECRET, signed(), BODY, { now: now + 599_000, toleranceSeconds: 600 });
  });

  it.each(['', 'whsec_', 'whsec_§§§', 'secret', SECRET.slice('whsec_'.length)])(
    'cannot be verified with a secret that is none, which is not quoted: %j',
    async (secret) => {
      const failure = await failureOf(verifyWebhook(secret, signed(), BODY, { now }));

      expect(failure).toBeInstanceOf(TypeError);
      expect(failure.message).toBe('A secret is whsec_ and Base64.');
    },
  );
});
