import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { captureOutput } from '../../../support/run-command.js';

/** How long calls have waited, in ms, without that any time has passed. */
let pauses: number[];
jest.unstable_mockModule('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) => Promise.resolve(void pauses.push(milliseconds)),
}));
const { path, Service, Unreachable } = await import('../../../../src/platform/cli/rest/service.js');
const { ServiceRefused } = await import('../../../../src/platform/cli/rest/service-refused.js');

interface Call {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

let server: Server;
let calls: Call[];
/** One for each call; the last one goes on. */
let answers: Answer[];
let stop: AbortController;

beforeEach(async () => {
  [pauses, calls, answers, stop] = [[], [], [], new AbortController()];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method, url, headers } = request;
      calls.push({ method, url, authorization: headers.authorization, body });
      (answers.length > 1 ? answers.shift()! : answers[0]!)(response, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => void server.close());

const urlOf = (suffix = '') => new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}${suffix}`);
const service = (suffix = '', key: string | null = 'earmark_1_2') =>
  new Service({ url: urlOf(suffix), key, signal: stop.signal });

const json =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const problem = (status: number, code: string, detail: string, headers: Record<string, string> = {}) =>
  json(status, { type: `urn:earmark:problem:${code}`, title: code, status, detail }, headers);
const busy = (retryAfter: string) => problem(503, 'busy', 'It is busy.', { 'retry-after': retryAfter });
const OK = json(200, { isDone: true });

describe('A call of a service', () => {
  it('has the key, and a body as JSON', async () => {
    answers = [json(201, { isNew: true })];

    const answer = await service().put(path`/v1/orders/${'o/1 ä'}`, { lines: [] });

    expect(answer).toEqual({ status: 201, body: { isNew: true } });
    expect(calls).toEqual([
      {
        method: 'PUT',
        url: '/v1/orders/o%2F1%20%C3%A4',
        authorization: 'Bearer earmark_1_2',
        body: '{"lines":[]}',
      },
    ]);
  });

  it('has no key and no body if there is none', async () => {
    answers = [(response) => response.writeHead(204).end()];

    expect(await service('', null).delete('/v1/orders/o-1')).toEqual({ status: 204, body: undefined });
    expect(calls).toEqual([{ method: 'DELETE', url: '/v1/orders/o-1', authorization: undefined, body: '' }]);
  });

  it.each(['/earmark', '/earmark/'])('goes to a path of the address: %s', async (prefix) => {
    answers = [OK];

    await service(prefix).get('/v1/batches', { sku: 'A&B', after: undefined, late: true });

    expect(calls[0]!.url).toBe('/earmark/v1/batches?sku=A%26B&late=true');
  });

  it.each(['.', '..'])('is not made for the code %s, which would be another path', (code) => {
    expect(() => path`/v1/batches/${code}`).toThrow(`${code} cannot be part of a URL.`);
  });

  it('reads a list to its end', async () => {
    answers = [json(200, { items: [1, 2], next: 'b' }), json(200, { items: [3], next: null })];

    expect(await service().all('/v1/keys', { all: true })).toEqual([1, 2, 3]);
    expect(calls.map(({ url }) => url)).toEqual([
      '/v1/keys?all=true&limit=500',
      '/v1/keys?all=true&after=b&limit=500',
    ]);
  });
});

describe('A call that is refused', () => {
  it('throws the detail of the problem', async () => {
    answers = [problem(409, 'out-of-stock', 'No batch of LAMP can hold 9.')];

    const refusal = await service()
      .post('/v1/allocations', {})
      .catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(ServiceRefused);
    expect(refusal).toMatchObject({
      message: 'No batch of LAMP can hold 9.',
      status: 409,
      code: 'out-of-stock',
      retryAfter: null,
    });
  });

  it('says where the key comes from if there is none', async () => {
    answers = [problem(401, 'unauthenticated', 'The call needs a key.')];

    await expect(service('', null).get('/v1/batches')).rejects.toThrow(
      'The call needs a key. Set it as EARMARK_KEY.',
    );
    await expect(service().get('/v1/batches')).rejects.toThrow(/^The call needs a key\.$/);
  });

  it.each([
    [
      302,
      { location: 'https://login.example.com/' },
      /redirects to https:\/\/login\.example\.com\/: use the URL/,
    ],
    [
      502,
      { 'content-type': 'text/html' },
      /^http:\S+ answers 502 Bad Gateway, but not as Earmark does: check the URL, or the proxy in between\.$/,
    ],
    [200, { 'content-type': 'text/html' }, /does not answer as Earmark does: check the URL/],
    [
      404,
      { 'content-type': 'application/json' },
      /answers 404 Not Found, but not as Earmark does: check the URL/,
    ],
  ])('names an answer that is not of Earmark: %s %j', async (status, headers, message) => {
    answers = [(response) => response.writeHead(status, headers).end('<html></html>')];

    await expect(service().get('/v1/batches')).rejects.toThrow(message);
    // A key is not handed on to another address.
    expect(calls.length).toBe(1);
  });

  it('names a service that cannot be reached', async () => {
    const gone = service();
    server.close();
    await once(server, 'close');

    const error = await gone.get('/v1/batches').catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(Unreachable);
    expect((error as Error).message).toMatch(
      /^Cannot reach http:\/\/127\.0\.0\.1:\d+\/: connect ECONNREFUSED/,
    );
  });

  it('names a connection that was lost', async () => {
    answers = [(_, request) => request.socket.destroy()];

    await expect(service().get('/v1/batches')).rejects.toThrow(
      /^Cannot reach http:\S+: .*(?:closed|ECONNRESET|hang up)/,
    );
  });

  it('rejects with the reason of a stop, also while its answer is awaited', async () => {
    const reason = new Error('Stopped by SIGINT.');
    answers = [() => stop.abort(reason)];

    await expect(service().get('/v1/batches')).rejects.toBe(reason);
  });
});

describe('Retry-After', () => {
  const waited = async (work: () => Promise<unknown>) => {
    let result: unknown;
    const { stderr } = await captureOutput(async () => {
      result = await work().catch((error: unknown) => error);
    });
    return { result, stderr };
  };

  it('is honoured for a call that is safe to repeat', async () => {
    answers = [busy('2'), busy('1'), OK];

    const { result, stderr } = await waited(() => service().put('/v1/orders/o-1', {}));

    expect(result).toEqual({ status: 200, body: { isDone: true } });
    expect(pauses).toEqual([2_000, 1_000]);
    expect(stderr).toBe('Trying again in 2 s: It is busy.\nTrying again in 1 s: It is busy.\n');
  });

  it('is honoured three times, then the call fails', async () => {
    answers = [busy('1')];

    const { result } = await waited(() => service().get('/v1/batches'));

    expect(result).toMatchObject({ message: 'It is busy.', status: 503, retryAfter: 1 });
    expect(calls.length).toBe(4);
  });

  it.each([
    ['a call that may have had its effect', () => service().post('/v1/keys', {}), busy('1')],
    ['more than half a minute', () => service().get('/v1/batches'), busy('31')],
    [
      'an answer that does not say it',
      () => service().get('/v1/batches'),
      problem(503, 'busy', 'It is busy.'),
    ],
  ])('is not honoured for %s', async (_, call, answer) => {
    answers = [answer];

    expect((await waited(call)).result).toMatchObject({ message: 'It is busy.' });
    expect(calls.length).toBe(1);
  });

  it('is honoured for any call that was not let in', async () => {
    answers = [problem(429, 'too-many-requests', 'Rate limit exceeded.', { 'retry-after': '5' }), OK];

    expect((await waited(() => service().post('/v1/keys', {}))).result).toMatchObject({ status: 200 });
    expect(pauses).toEqual([5_000]);
  });

  it('may be a date', async () => {
    answers = [busy(new Date(Date.now() - 1_000).toUTCString()), OK];

    expect((await waited(() => service().get('/v1/batches'))).result).toEqual({ isDone: true });
    expect(pauses).toEqual([0]);
  });
});
