import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SMTPServerOptions } from 'smtp-server';
import { MailQueue } from '../../src/notifications/persistence/mail-queue.js';
import { freePort } from '../../testing/ports.js';
import { MailServer } from './mail-server.js';
import { NotificationsWorld } from './notifications-world.js';

let warehouse: NotificationsWorld;
let servers: MailServer[];
beforeEach(async () => {
  warehouse = await NotificationsWorld.open();
  servers = [];
});
afterEach(async () => {
  await warehouse.close();
  await Promise.all(servers.map((server) => server.stop()));
});

async function mailServer(...[port, options]: Parameters<typeof MailServer.start>): Promise<MailServer> {
  const server = await MailServer.start(port, options);
  servers.push(server);
  return server;
}

/** A mail follows at once on the one before. */
const unlimited = { alertMailSeconds: 0 };

/** As many SKUs run short. */
async function runShort(...skus: string[]): Promise<void> {
  await Promise.all(skus.map((sku) => warehouse.buy(sku, 3)));
  await Promise.all(skus.map((sku) => warehouse.askInVain(sku, 10)));
}

describe('An alert', () => {
  it('is sent to the mail server', async () => {
    const server = await mailServer();
    await warehouse.start({ smtpUrl: server.url, alertFrom: 'shop@example.com', alertTo: ['a@example.com'] });
    await runShort('TABLE');
    const [mail] = await server.has(1);
    const [notification] = await warehouse.toldOnce('the mail sent', ([mail]) => mail?.state === 'sent');
    expect(mail).toMatchObject({
      from: 'shop@example.com',
      to: 'a@example.com',
      messageId: `<${notification!.id}@earmark>`,
      subject: 'Out of stock: TABLE',
    });
    expect(mail?.text).toContain('1 order line was refused');
  });

  it('shares a mail with all alerts within a minute of the last mail, over two instances', async () => {
    const server = await mailServer();
    await warehouse.start({ smtpUrl: server.url });
    await warehouse.start({ smtpUrl: server.url });
    await runShort('FIRST');
    await server.has(1);
    await warehouse.toldOnce('the first mail sent', (items) => items.every(isSent));
    const skus = Array.from({ length: 30 }, (_, i) => `SKU-${i}`);
    await runShort(...skus);
    await warehouse.everythingIsHeard();
    await warehouse.senderHasLooked();
    expect(server.mails).toHaveLength(1);

    await warehouse.minutePasses();
    const items = await warehouse.toldOnce('every alert sent', (all) => all.filter(isSent).length === 31);
    expect(server.mails.map(({ subject }) => subject)).toEqual([
      'Out of stock: FIRST',
      'Stock alerts: 30 products out of stock',
    ]);
    const [first, ...others] = items;
    expect(first!.mailId).toBe(first!.id);
    expect(new Set(others.map(({ mailId }) => mailId))).toEqual(new Set([others[0]!.id]));
    expect(server.mails[1]!.messageId).toBe(`<${others[0]!.id}@earmark>`);
    for (const sku of skus) expect(server.mails[1]!.text).toContain(`because ${sku} was out of stock`);
  });

  it('waits for its minute across a restart', async () => {
    const server = await mailServer();
    const first = await warehouse.start({ smtpUrl: server.url });
    await runShort('TABLE');
    await warehouse.toldOnce('the mail sent', (items) => items.every(isSent) && items.length === 1);
    await warehouse.stop(first);

    await warehouse.start({ smtpUrl: server.url });
    await runShort('CHAIR');
    await warehouse.everythingIsHeard();
    await warehouse.senderHasLooked();
    expect(server.mails).toHaveLength(1);
    await warehouse.minutePasses();
    expect(await server.has(2)).toHaveLength(2);
  });

  it('waits with the others while the mail server is down, and is sent with them in two mails', async () => {
    const port = await freePort();
    await warehouse.start({ smtpUrl: `smtp://127.0.0.1:${port}` });
    await runShort('FIRST');
    await warehouse.toldOnce('why it waits', ([mail]) => !!mail?.error);
    await runShort('TABLE', 'CHAIR', 'LAMP');
    await warehouse.everythingIsHeard();

    const server = await mailServer(port);
    await server.has(1);
    await warehouse.toldOnce('the first mail sent', (items) => items.some(isSent));
    await warehouse.minutePasses();
    await warehouse.toldOnce('every alert sent', (items) => items.every(isSent));
    expect(server.mails.map(({ subject }) => subject)).toEqual([
      'Out of stock: FIRST',
      'Stock alerts: 3 products out of stock',
    ]);
  });

  it('of an earlier release goes into the next mail', async () => {
    const server = await mailServer();
    await warehouse.start({ smtpUrl: server.url });
    await warehouse.sql(
      `insert into notifications.notification (kind, sku, recipient, subject, body)
       values ('out-of-stock', 'OLD', 'stock@localhost', 'Out of stock: OLD', 'None is left.')`,
    );
    expect(await server.has(1)).toMatchObject([{ subject: 'Out of stock: OLD', text: 'None is left.' }]);
    await warehouse.toldOnce('the mail sent', (items) => items.every(isSent));
  });

  it('waits for a server that is down at the start, while everything else works', async () => {
    const port = await freePort();
    await warehouse.start({ smtpUrl: `smtp://127.0.0.1:${port}`, ...unlimited });
    await runShort('TABLE', 'CHAIR');
    const waiting = await warehouse.toldOnce('why they wait', (items) => items.some(({ error }) => error));
    expect(waiting.map(({ state }) => state)).toEqual(['pending', 'pending']);
    expect(waiting.find(({ error }) => error)?.error).toContain('ECONNREFUSED');
    await warehouse.buy('TABLE', 100);

    const server = await mailServer(port);
    await server.has(1);
    const sent = await warehouse.toldOnce('both sent', (items) => items.every(isSent));
    expect(sent.map(({ error }) => error)).toEqual([null, null]);
  });

  it('waits for a server that goes down and comes back', async () => {
    const server = await mailServer();
    await warehouse.start({ smtpUrl: server.url, ...unlimited });
    await runShort('TABLE');
    await server.has(1);
    const { port } = server;
    await server.stop();
    servers.pop();
    await runShort('CHAIR');
    await warehouse.toldOnce('a failed attempt', (items) => items.some(({ error }) => error));

    const itself = await mailServer(port);
    expect((await itself.has(1)).map(({ subject }) => subject)).toEqual(['Out of stock: CHAIR']);
  });

  it('to a rejected address is kept with the answer of the server, while other recipients get theirs', async () => {
    const server = await mailServer();
    server.refuse('gone@example.com', 550, 'no such person');
    await warehouse.start({
      smtpUrl: server.url,
      alertTo: ['gone@example.com', 'a@example.com'],
      ...unlimited,
    });
    await runShort('TABLE', 'CHAIR');
    const mails = await warehouse.toldOnce(
      'nothing on its way',
      (items) => items.length === 4 && items.every(({ state }) => state !== 'pending'),
    );
    const outcome = mails.map(({ to, state, attempts, error }) => ({ to, state, attempts, error }));
    const refused = { state: 'refused', attempts: 1, error: '550 no such person' };
    const sent = { state: 'sent', attempts: 1, error: null };
    expect(outcome.filter(({ to }) => to === 'gone@example.com')).toMatchObject([refused, refused]);
    expect(outcome.filter(({ to }) => to === 'a@example.com')).toMatchObject([sent, sent]);
  });

  it('to a deferred address is retried, while other recipients get theirs', async () => {
    const server = await mailServer();
    server.refuse('later@example.com', 450, 'greylisted');
    await warehouse.start({ smtpUrl: server.url, alertTo: ['later@example.com', 'a@example.com'] });
    await runShort('TABLE');
    const mails = await warehouse.toldOnce('one sent', (items) => items.some(isSent));
    expect(mails.find(isSent)?.to).toBe('a@example.com');
    await warehouse.toldOnce('why the other waits', (items) =>
      items.some(({ error }) => error === '450 greylisted'),
    );
    server.refusals.clear();
    await warehouse.toldOnce('both sent', (items) => items.every(isSent));
    expect(server.mails).toHaveLength(2);
  });

  it('is sent again under the same Message-ID if its sender died before it stored the result', async () => {
    const server = await mailServer();
    const dying = await warehouse.start({ smtpUrl: server.url });
    const died = jest.spyOn(dying.get(MailQueue), 'sent').mockRejectedValue(new Error('killed'));
    await runShort('TABLE');
    await server.has(1);
    await warehouse.stop(dying);
    expect(died).toHaveBeenCalledTimes(1);

    await warehouse.start({ smtpUrl: server.url });
    expect(await warehouse.notifications()).toMatchObject([{ state: 'pending', attempts: 1 }]);
    await warehouse.sql('update notifications.mail set next_attempt_at = now()');
    const [first, again] = await server.has(2);
    expect(first?.messageId).toMatch(/^<[0-9a-f-]{36}@earmark>$/);
    expect(again).toEqual(first);
    await warehouse.toldOnce('the mail sent', (items) => items.every(isSent));
  });
});

describe('The mail server', () => {
  const withPassword: SMTPServerOptions = {
    secure: true,
    onAuth: ({ password }, _session, done) =>
      password === 'right' ? done(null, { user: 'earmark' }) : done(new Error('wrong password')),
  };

  it('is contacted over TLS, with the host name of its URL', async () => {
    const server = await mailServer(0, withPassword);
    await warehouse.start({
      smtpUrl: `smtps://earmark:right@127.0.0.1:${server.port}?tls.rejectUnauthorized=false`,
    });
    await runShort('TABLE');
    expect(await server.has(1)).toMatchObject([{ subject: 'Out of stock: TABLE', isEncrypted: true }]);
  });

  it('is not trusted with a certificate of an unknown authority', async () => {
    const server = await mailServer(0, withPassword);
    await warehouse.start({ smtpUrl: `smtps://earmark:right@127.0.0.1:${server.port}` });
    await runShort('TABLE');
    const [mail] = await warehouse.toldOnce('why it waits', ([mail]) => !!mail?.error);
    expect(mail).toMatchObject({ state: 'pending', error: expect.stringContaining('certificate') });
    expect(server.mails).toEqual([]);
  });

  it('may reject the password: mails are delayed, and the password is shown nowhere', async () => {
    const server = await mailServer(0, withPassword);
    await warehouse.start({
      smtpUrl: `smtps://earmark:hunter2@127.0.0.1:${server.port}?tls.rejectUnauthorized=false`,
    });
    await runShort('TABLE');
    const [mail] = await warehouse.toldOnce('why it waits', ([mail]) => !!mail?.error);
    expect(mail).toMatchObject({ state: 'pending', error: expect.stringContaining('wrong password') });
    expect(JSON.stringify(mail)).not.toContain('hunter2');
  });
});

function isSent({ state }: { readonly state: string }): boolean {
  return state === 'sent';
}
