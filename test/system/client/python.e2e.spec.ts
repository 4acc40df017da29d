import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort } from '../../../testing/ports.js';
import { ROOT } from '../../../tools/docgen/source.js';
import { programOf } from '../../../testing/program-of.js';
import { describeWith } from '../../support/brokers.js';
import { startKeyedService, type KeyedService } from './keyed-service.js';
import { Program } from './program.js';

const EXAMPLE = join(ROOT, 'client/examples/earmark_example.py');

describeWith('python3', 'The example in Python', () => {
  let keyed: KeyedService;
  beforeAll(async () => {
    keyed = await startKeyedService();
  });
  afterAll(() => keyed.close());

  const python = (args: readonly string[] = [], more: Readonly<Record<string, string>> = {}) =>
    // Without a folder of compiled code beside the example.
    new Program(programOf('python3')!, ['-B', EXAMPLE, ...args], {
      cwd: ROOT,
      environment: { ...keyed.environment, ...more },
    });

  it('registers a batch, places an order, and follows the events', async () => {
    const { code, lines } = await python().end();

    expect(lines).toEqual([
      'there are 10 at most',
      'order-8 is allocated from PO-order-8',
      'event: 3 SMALL-LAMP for order-8',
    ]);
    expect(code).toBe(0);
  });

  it('receives a webhook, and refuses one that is not from the service', async () => {
    const { service, key } = keyed;
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}/`;
    const headers = { authorization: `Bearer ${key}` };
    const { body: created } = await service.request<{ id: string; secret: string }>(
      'POST',
      '/v1/webhooks',
      { url, types: ['*'] },
      headers,
    );
    const receiver = python(['receive', port], { WEBHOOK_SECRET: created.secret });
    await receiver.hasWritten(/^listening$/);

    const tested = await service.request('POST', `/v1/webhooks/${created.id}/test`, undefined, headers);
    const forged = await fetch(url, {
      method: 'POST',
      body: '{}',
      headers: {
        'webhook-id': 'evt-1',
        'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
        'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
      },
    });

    expect(tested.body).toMatchObject({ delivered: true, status: 204 });
    expect(forged.status).toBe(400);
    const { lines } = await receiver.end('SIGTERM');
    expect(lines).toEqual([
      'listening',
      'received WebhookTested of TEST',
      'refused: No signature of the call was made with this secret.',
    ]);
  });
});
