import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ServiceProcess } from '../support/service-process.js';
import { answers, hangs, verify, type Receiver } from '../support/webhook-receiver.js';
import { KEY, WebhooksWorld } from './webhooks-world.js';

let world: WebhooksWorld;
let receiver: Receiver;
const processes: ServiceProcess[] = [];
beforeEach(async () => {
  world = await WebhooksWorld.open();
  receiver = await world.receiver();
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.stop('SIGKILL')));
  await world.close();
});

async function start(): Promise<{ process: ServiceProcess; url: string }> {
  const process = new ServiceProcess({
    DATABASE_URL: world.databaseUrl,
    SECRET_KEY: KEY,
    WEBHOOK_ALLOW: '127.0.0.1',
  });
  processes.push(process);
  return { process, url: await process.ready };
}

async function post<B>(url: string, body: object): Promise<B> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as B;
}

describe('A process that is killed while it sends an event', () => {
  it('loses none: the next one sends it again, under the same id, before the others of its SKU', async () => {
    const first = await start();
    const { secret } = await post<{ secret: string }>(`${first.url}/v1/webhooks`, {
      url: receiver.url,
      types: ['BatchRegistered'],
    });
    receiver.respond = hangs;
    for (const reference of ['PO-1', 'PO-2', 'PO-3']) {
      await post(`${first.url}/v1/batches`, { reference, sku: 'LAMP', quantity: 1 });
    }
    await receiver.has(1);
    await first.process.stop('SIGKILL');
    receiver.respond = answers(204);

    await world.start();
    // As if the lease of the process that died were over.
    await world.sql('update webhooks.queue set due_at = now()');
    const received = await receiver.has(4);

    expect(received.map(({ body }) => body.data.batchReference)).toEqual(['PO-1', 'PO-1', 'PO-2', 'PO-3']);
    const [sent, again] = received;
    expect(again!.headers['webhook-id']).toBe(sent!.headers['webhook-id']);
    expect(again!.text).toBe(sent!.text);
    for (const each of received) verify(secret, each);
  });

  it('gives back what it is sending if it is asked to stop', async () => {
    const { process, url } = await start();
    await post(`${url}/v1/webhooks`, { url: receiver.url, types: ['BatchRegistered'] });
    receiver.respond = hangs;
    await post(`${url}/v1/batches`, { reference: 'PO-1', sku: 'LAMP', quantity: 1 });
    await receiver.has(1);
    receiver.respond = answers(204);

    expect(await process.stop('SIGTERM')).toMatchObject({ code: 0 });
    await world.start();

    const [sent, again] = await receiver.has(2);
    expect(again!.text).toBe(sent!.text);
  });
});
