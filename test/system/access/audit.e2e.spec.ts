import { userInfo } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { auditCommand } from '../../../src/platform/cli/operator/audit.js';
import { keyCommands } from '../../../src/platform/cli/operator/keys.js';
import { SCOPES } from '../../../src/scopes.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { runCommand } from '../../support/run-command.js';
import { askingDatabase } from '../../support/asking.js';
import { ServiceProcess } from '../../support/service-process.js';

// Each start is a process of its own, while other tests use the same machine.

let database: TestDatabase;
const services: ServiceProcess[] = [];
beforeAll(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop('SIGKILL')));
});
afterAll(() => database.drop());

interface Page {
  items: Record<string, unknown>[];
  next: number | null;
}

const start = async (): Promise<[ServiceProcess, string]> => {
  const service = new ServiceProcess({ DATABASE_URL: database.url, LOG_READS: 'off' });
  services.push(service);
  return [service, await service.ready];
};
const keys = async (...args: string[]) =>
  (await runCommand(keyCommands(askingDatabase(database.url), SCOPES), ...args)).stdout.trim();
const call = (url: string, key: string, method: string, path: string, body?: object) =>
  fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
/** What a service has said, as JSON. */
const linesOf = (service: ServiceProcess) =>
  service.said
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('The actor of a change', () => {
  it('is found from its events by way of the log, and for keys in the audit log', async () => {
    const [[service, url], [, otherUrl]] = await Promise.all([start(), start()]);
    const shop = await keys('create', 'web-shop', '--scopes', 'batches:write,read');
    const admin = await keys('create', 'auditor', '--scopes', 'admin');

    const batch = { reference: 'PO-1', sku: 'TABLE', quantity: 10 };
    const [answer] = await Promise.all([
      call(url, shop, 'POST', '/v1/batches', batch),
      call(otherUrl, shop, 'GET', '/v1/batches'),
    ]);
    expect(answer.status).toBe(201);
    expect((await call(url, shop, 'GET', '/v1/audit')).status).toBe(403);

    // From the event to the line, from there to the key.
    const events = (await (await call(url, shop, 'GET', '/v1/events')).json()) as Page;
    const { correlationId } = events.items[0]!;
    const found = () => linesOf(service).filter((line) => line.correlationId === correlationId);
    await eventually('the line is written', () => found().length > 0);
    expect(found()).toMatchObject([
      { actor: 'web-shop', actorKind: 'key', method: 'POST', route: '/v1/batches', status: 201 },
    ]);
    const refused = linesOf(service).filter(({ status }) => status === 403);
    expect(refused).toMatchObject([{ actor: 'web-shop', route: '/v1/audit', problem: 'forbidden' }]);
    expect(service.said).toContain('The key web-shop was created');

    const audit = async (query: string) =>
      (await (await call(url, admin, 'GET', `/v1/audit?${query}`)).json()) as Page;
    const ofKeys = async () =>
      (await audit('limit=500')).items.filter(({ type }) => String(type).startsWith('key-'));
    // The uses of keys are noted after the calls.
    await eventually('the first use is noted', async () =>
      (await ofKeys()).some(({ type, actor }) => type === 'key-first-used' && actor === 'web-shop'),
    );

    await keys('revoke', 'web-shop');
    expect((await call(url, shop, 'GET', '/v1/batches')).status).toBe(401);
    await eventually('all is noted', async () => (await ofKeys()).length >= 5);

    const me = { actor: userInfo().username, actorKind: 'operator' };
    const all = await ofKeys();
    expect(all.filter(({ subject }) => subject === 'web-shop')).toMatchObject([
      { type: 'key-created', ...me, details: { scopes: ['batches:write', 'read'] } },
      { type: 'key-first-used', actor: 'web-shop', actorKind: 'key' },
      { type: 'key-revoked', ...me },
    ]);
    expect(all.filter(({ subject }) => subject === 'auditor')).toMatchObject([
      { type: 'key-created', ...me },
      { type: 'key-first-used', actor: 'auditor' },
    ]);

    // By pages.
    const last = all.at(-1)!;
    const { items, next } = await audit(`after=${Number(all[0]!.position) - 1}&limit=1`);
    expect(items).toEqual([all[0]]);
    expect(next).toBe(all[0]!.position);
    expect(await audit(`after=${String(last.position)}`)).toEqual({ items: [], next: null });
    expect((await call(url, admin, 'GET', '/v1/audit?limit=501')).status).toBe(400);

    const secrets = [shop, admin].map((key) => key.split('_')[2]!);
    const said = service.said + JSON.stringify(all);
    for (const secret of secrets) expect(said).not.toContain(secret);
    const printed = await runCommand(auditCommand(askingDatabase(database.url)));
    expect(printed.stdout).toMatch(/key-revoked +web-shop +operator /);
  });
});
