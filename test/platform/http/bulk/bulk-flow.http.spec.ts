import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Authenticator } from '../../../../src/platform/access/authenticator.js';
import { formatApiKey, hashOf, newApiKey } from '../../../../src/platform/access/keys/api-key.js';
import type { Limits } from '../../../../src/platform/config/limit-settings.js';
import { eventually } from '../../../../testing/eventually.js';
import { signal } from '../../../support/signal.js';
import { BulkProbe, FULL, ndjson, row } from './bulk-probe.js';

let probe: BulkProbe;
afterEach(() => probe.close());

const start = async (limits: Partial<Limits> = {}, access?: Authenticator) => {
  probe = await BulkProbe.start(limits, access);
  return probe;
};
const MIB = 1_048_576;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The connections of the server, as they come. */
function serverSockets(): Socket[] {
  const sockets: Socket[] = [];
  probe.app.getHttpServer().on('connection', (socket: Socket) => sockets.push(socket));
  return sockets;
}

/** Rows are carried out when the test says so. */
function holdBack() {
  const usual = probe.carryOut;
  const go = signal();
  const begun = signal();
  probe.carryOut = async (references, untilRefused) => {
    begun.give();
    await go.given;
    return usual(references, untilRefused);
  };
  return { begun: begun.given, go: go.give };
}

describe('A bulk call', () => {
  it('is read no faster than its rows are carried out', async () => {
    await start();
    const [sockets, { begun, go }] = [serverSockets(), holdBack()];
    const call = probe.open();
    const rows = Array.from({ length: 300 }, (_, n) => ({ reference: `A-${n}`.padEnd(100) + 'x' }));
    const body = ndjson(...rows).repeat(300);
    call.request.end(body);
    await begun;
    let before = -1;
    await eventually('nothing more is read', async () => {
      for (let n = 0; n < 50; n++) await turn();
      const { bytesRead } = sockets[0]!;
      const isAll = bytesRead === before;
      before = bytesRead;
      return isAll;
    });

    expect(body.length).toBeGreaterThan(10 * MIB);
    expect(before).toBeLessThan(2 * MIB);
    go();
    const { lines } = await call.answer();
    expect(lines.at(-1)).toMatchObject({ end: 'complete', accepted: 90_000 });
  });

  it('is carried out no faster than its answer is read', async () => {
    await start();
    probe.carryOut = async (references) => {
      await turn();
      probe.carriedOut.push([...references]);
      return references.map((reference) => ({
        status: 201,
        body: { reference, padding: 'x'.repeat(10_000) },
      }));
    };
    const call = probe.open();
    const count = 5_000;
    call.request.end(ndjson(...Array.from({ length: count }, (_, n) => row(`A-${n}`))));
    const response = await call.response;
    response.pause();
    const carriedOut = () => probe.carriedOut.flat().length;
    let before = -1;
    await eventually('no more rows are carried out', async () => {
      for (let n = 0; n < 50; n++) await turn();
      const isAll = carriedOut() === before;
      before = carriedOut();
      return isAll;
    });

    expect(before).toBeLessThan(count);
    let lines = 0;
    for await (const chunk of response as AsyncIterable<Buffer>)
      lines += chunk.toString('latin1').split('\n').length - 1;
    expect([lines, carriedOut()]).toEqual([count + 1, count]);
  });

  it('ends if its answer is not read in time', async () => {
    await start({ answerSeconds: 1 });
    const [sockets] = [serverSockets()];
    probe.carryOut = (references) =>
      Promise.resolve(references.map(() => ({ status: 201, body: { padding: 'x'.repeat(100_000) } })));
    const call = probe.open();
    call.request.end(ndjson(...Array.from({ length: 2_000 }, (_, n) => row(`A-${n}`))));
    (await call.response).pause();
    await eventually('it is cut off', () => sockets[0]!.destroyed);
    // Its place is free again.
    for (let n = 0; n < 5; n++) expect((await probe.send('')).status).toBe(200);
  });

  it('carries out no more rows once its client is gone', async () => {
    await start();
    const { begun, go } = holdBack();
    const call = probe.open();
    call.write(row('A-1'));
    await begun;
    call.write(...Array.from({ length: 5_000 }, (_, n) => row(`B-${n}`)));
    const sockets = serverSockets();
    call.request.destroy();
    await once(call.request, 'close');
    await turn();
    go();
    await eventually('its row is done', () => probe.carriedOut.length > 0);
    expect((await probe.send(ndjson(row('C-1')))).status).toBe(200);
    await eventually('all is over', () => sockets.every((socket) => socket.destroyed));

    expect(probe.carriedOut).toEqual([['A-1'], ['C-1']]);
  });

  it('may stop at an error while its client still sends', async () => {
    await start();
    const call = probe.open('?onError=stop');
    call.write(row('A-1'), row(FULL));
    expect(await call.next()).toMatchObject({ row: 1 });
    expect(await call.next()).toMatchObject({ row: 2, status: 409 });
    for (let n = 0; n < 1_000; n++) call.write(row(`B-${n}`));
    expect(await call.next()).toMatchObject({ end: 'refused', nextRow: 2 });
    expect(await call.next()).toBeUndefined();
    expect(probe.carriedOut.flat()).toEqual(['A-1']);
  });

  it('may take longer to arrive than other requests', async () => {
    await start();
    const sockets = serverSockets();
    const call = probe.open();
    call.write(row('A-1'));
    await call.next();
    // As Node does once it finds that a request takes too long.
    const tooSlow = Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    probe.app.getHttpServer().emit('clientError', tooSlow, sockets[0]);
    call.write(row('A-2'));
    expect(await call.next()).toMatchObject({ row: 2 });
    call.request.end();
    expect(await call.next()).toMatchObject({ end: 'complete' });
  });

  it('is not closed to make room for another connection', async () => {
    await start({ connectionsPerAddress: 1 });
    const call = probe.open();
    call.write(row('A-1'));
    await call.next();
    const other = connect(probe.port, '127.0.0.1').resume();
    await once(other, 'end');

    call.write(row('A-2'));
    expect(await call.next()).toMatchObject({ row: 2 });
  });

  it('is cut off by a body that is not HTTP', async () => {
    await start();
    const socket = connect(probe.port, '127.0.0.1');
    const said: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => said.push(chunk));
    socket.write(
      'POST /v1/bulk/shelves HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\n' +
        'Transfer-Encoding: chunked\r\n\r\n15\r\n{"reference":"A-1"}\r\n\r\nno length\r\n',
    );
    await once(socket, 'close');
    expect(Buffer.concat(said).toString()).not.toContain('"end"');
    expect((await probe.send('')).status).toBe(200);
  });
});

describe('Bulk calls', () => {
  it('are limited, in all and for each caller', async () => {
    const keys = [newApiKey(), newApiKey(), newApiKey()];
    const access = new Authenticator();
    access.setKeys(
      keys.map(({ id, secret }) => ({
        id,
        name: id,
        hash: hashOf(secret),
        scopes: ['shelves:write'],
        isRevoked: false,
      })),
    );
    await start({ bulkCalls: 3 }, access);
    const as = (caller: number) => ({ authorization: `Bearer ${formatApiKey(keys[caller]!)}` });
    const begin = async (caller: number) => {
      const call = probe.open('', as(caller));
      return { call, status: (await call.response).statusCode };
    };
    const first = await begin(0);
    expect(first.status).toBe(200);
    const refused = await begin(0);
    expect(refused.status).toBe(503);
    expect((await refused.call.response).headers['retry-after']).toBe('1');
    const others = [await begin(1), await begin(2)];
    expect(others.map(({ status }) => status)).toEqual([200, 200]);

    first.call.request.end();
    await first.call.answer();
    expect((await begin(0)).status).toBe(200);
  });

  it('end once the key of their caller is revoked', async () => {
    const [key, other] = [newApiKey(), newApiKey()];
    const stored = [key, other].map(({ id, secret }) => ({
      ...{ id, name: id, hash: hashOf(secret), isRevoked: false },
      scopes: ['shelves:write' as const],
    }));
    const access = new Authenticator();
    access.setKeys(stored);
    await start({}, access);
    const call = probe.open('', { authorization: `Bearer ${formatApiKey(key)}` });
    call.write(row('A-1'));
    await call.next();
    const response = await call.response;
    const cutOff = once(response, 'error');
    access.setKeys([{ ...stored[0]!, isRevoked: true }, stored[1]!]);
    expect(await cutOff).toMatchObject([{ code: 'ECONNRESET' }]);
  });

  it('need the scope of their route', async () => {
    const key = newApiKey();
    const access = new Authenticator();
    access.setKeys([
      { id: key.id, name: 'reader', hash: hashOf(key.secret), scopes: ['read'], isRevoked: false },
    ]);
    await start({}, access);
    expect((await probe.send(ndjson(row('A-1')))).status).toBe(401);
    const { status } = await probe.send(ndjson(row('A-1')), '', {
      authorization: `Bearer ${formatApiKey(key)}`,
    });
    expect(status).toBe(403);
    expect(probe.carriedOut).toEqual([]);
  });

  it('end with the rows under way when the service stops, and say where to go on', async () => {
    await start();
    const idle = probe.open();
    const { begun, go } = holdBack();
    const call = probe.open('?firstRow=10');
    call.write(row('A-1'), row('A-2'));
    await begun;
    call.write(row('B-1'), row('B-2'));
    expect((await idle.response).statusCode).toBe(200);
    const closed = probe.app.close();
    expect(await idle.next()).toMatchObject({ end: 'stopping', nextRow: 1 });
    expect((await probe.send('')).status).toBe(503);
    go();

    expect((await call.answer()).lines).toEqual([
      { row: 10, status: 201, body: { reference: 'A-1' } },
      { row: 11, status: 201, body: { reference: 'A-2' } },
      {
        end: 'stopping',
        nextRow: 12,
        accepted: 2,
        refused: 0,
        detail: 'This instance is stopping: continue at row 12.',
      },
    ]);
    await closed;
    expect(probe.carriedOut.flat()).toEqual(['A-1', 'A-2']);
  });

  it('end without the rows under way if those take too long', async () => {
    await start();
    const { begun, go } = holdBack();
    const call = probe.open();
    call.write(row('A-1'));
    await begun;
    const closed = probe.app.close();
    expect((await call.answer()).lines).toMatchObject([{ end: 'stopping', nextRow: 1 }]);
    await closed;
    go();
  });
});
