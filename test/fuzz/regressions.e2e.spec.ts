import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { REGISTRY } from '../../src/platform/brokers/channels/channel.js';
import { incomingOf, type Registry } from '../../src/platform/brokers/channels/channel.js';
import { Receiver } from '../../src/platform/brokers/messages/receiver.js';
import { CommandLine } from '../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { startService, type RunningService } from '../support/service.js';
import { faultsOf } from './answers.js';
import { WireClient, type WireAnswer } from './wire-client.js';

/** What the fuzzers have found, or would have found if they had looked for it long enough. */

let database: TestDatabase;
let service: RunningService;
beforeAll(async () => {
  database = await freshDatabase();
  service = await startService(database.url);
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

/** All the answers to what is said over one connection, until that ends. */
async function answersTo(...parts: readonly string[]): Promise<WireAnswer[]> {
  const client = new WireClient(Number(new URL(service.url).port));
  await client.say(parts.map((part) => Buffer.from(part, 'latin1')));
  const answers: WireAnswer[] = [];
  for (;;) {
    const answer = await client.hear('GET', 8_000);
    if (answer === null) return answers;
    expect(faultsOf(answer, 'GET')).toEqual([]);
    answers.push(answer);
  }
}

const typeOf = ({ body }: WireAnswer): unknown => (JSON.parse(body.toString()) as { type?: unknown }).type;
const HEAD = 'Host: localhost\r\nConnection: close\r\n';

it('A last receipt of more units than a batch can have is refused', async () => {
  await service.request('POST', '/v1/batches', {
    reference: 'LARGE',
    sku: 'LARGE',
    quantity: 10,
    eta: '2031-01-01',
  });
  await service.request('PUT', '/v1/receipts/LARGE-1', { batchReference: 'LARGE', quantity: 4 });
  const all = { batchReference: 'LARGE', quantity: 2_147_483_647 };
  for (const receipt of [{ ...all, final: true }, all]) {
    const { status, body } = await service.request('PUT', '/v1/receipts/LARGE-2', receipt);
    expect([status, body]).toMatchObject([422, { type: 'urn:earmark:problem:too-many-units' }]);
  }
});

describe('A body with objects in a list', () => {
  const put = (path: string, body: string) =>
    answersTo(
      `PUT ${path} HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );

  it.each([
    ['a list in the place of an object', '{"lines": [[]]}'],
    ['lists in lists', '{"lines": [[[[{"sku": "LAMP", "quantity": 1}]]]]}'],
    [
      'a member named like one of every object',
      '{"lines": [{"sku": "LAMP", "quantity": 1, "valueOf": ["x"]}]}',
    ],
    ['a member that would change its kind', '{"lines": [{"sku": "LAMP", "quantity": 1, "__proto__": {}}]}'],
  ])('may not have %s', async (_, body) => {
    expect(typesOf(await put('/v1/orders/o-1', body))).toEqual([
      [400, 'urn:earmark:problem:validation-failed'],
    ]);
  });

  it('may not create an order whose id looks like another one', async () => {
    const body = '{"lines": [{"sku": "LAMP", "quantity": 1}]}';
    for (const orderId of ['e%cc%81', '%e2%80%aex'])
      expect(typesOf(await put(`/v1/orders/${orderId}`, body))).toEqual([
        [400, 'urn:earmark:problem:validation-failed'],
      ]);
  });

  const typesOf = (answers: readonly WireAnswer[]) =>
    answers.map((answer) => [answer.status, typeOf(answer)]);
});

describe('A request that Node would reject with an empty answer', () => {
  it.each([
    ['no host', 400, 'bad-request', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two hosts', 400, 'bad-request', `GET /health/live HTTP/1.1\r\nHost: other\r\n${HEAD}\r\n`],
    ['an expectation', 417, 'expectation-failed', `GET /health/live HTTP/1.1\r\n${HEAD}Expect: cake\r\n\r\n`],
    [
      'an empty expectation',
      417,
      'expectation-failed',
      `GET /health/live HTTP/1.1\r\n${HEAD}Expect: \r\n\r\n`,
    ],
    ['a way to elsewhere', 400, 'bad-request', 'CONNECT other:443 HTTP/1.1\r\nHost: other\r\n\r\n'],
  ])('is answered with a problem document: %s', async (_, status, code, words) => {
    const answers = await answersTo(words);

    expect(answers.map((answer) => [answer.status, typeOf(answer)])).toEqual([
      [status, `urn:earmark:problem:${code}`],
    ]);
  });

  it('is accepted without a Host in HTTP/1.0, or with Expect: 100-continue', async () => {
    expect((await answersTo('GET /health/live HTTP/1.0\r\n\r\n'))[0]!.status).toBe(200);
    const body = '{"reference":"EXPECTED","sku":"LAMP","quantity":1}';
    const post = `POST /v1/batches HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nExpect: 100-continue\r\n`;
    expect((await answersTo(`${post}Content-Length: ${body.length}\r\n\r\n`, body))[0]!.status).toBe(201);
  });
});

describe('Bytes that are not HTTP, sent after requests that are,', () => {
  const post = (reference: string) => {
    const body = `{"reference":"${reference}","sku":"LAMP","quantity":1}`;
    return `POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  };

  it('are rejected in order: the requests before them are answered first', async () => {
    const answers = await answersTo(`${post('FIRST')}${post('SECOND')}nonsense\r\n\r\n`);

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 400]);
  });

  it('are rejected once, however many there are', async () => {
    const answers = await answersTo(post('THIRD'), ...Array<string>(20).fill('nonsense\r\n\r\n'));

    expect(answers.map(({ status }) => status)).toEqual([201, 400]);
  });

  it('are rejected in place of the request whose body they belong to', async () => {
    const head =
      'POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';

    expect((await answersTo(head, 'no size\r\n')).map(({ status }) => status)).toEqual([400]);
  });

  it('get no answer if their request has been answered already', async () => {
    const head = 'POST /v1/nowhere HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n';
    const client = new WireClient(Number(new URL(service.url).port));
    await client.say([Buffer.from(head)]);
    const first = await client.hear('GET');
    await client.say([Buffer.from('no size\r\n')]);

    expect([first?.status, await client.hear('GET')]).toEqual([404, null]);
  });

  it('are rejected after a request that was answered before its body had arrived', async () => {
    const head = 'POST /v1/nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n';
    const client = new WireClient(Number(new URL(service.url).port));
    await client.say([Buffer.from(head)]);
    expect((await client.hear('GET'))?.status).toBe(404);
    await client.say([Buffer.from('12345'), Buffer.from('nonsense\r\n\r\n')]);

    expect((await client.hear('GET', 5_000))?.status).toBe(400);
  });

  it('get an answer even if more was sent than the service reads', async () => {
    const words = `GET /health/live HTTP/1.1\r\nHost: localhost\r\nCookie: ${'x'.repeat(4_000_000)}\r\n\r\n`;
    for (let n = 0; n < 5; n++) {
      expect((await answersTo(words)).map(({ status }) => status)).toEqual([431]);
    }
  });
});

describe('A request body', () => {
  const json = { 'content-type': 'application/json' };
  const batch = JSON.stringify({ reference: 'PACKED', sku: 'LAMP', quantity: 1 });
  const send = (body: Buffer | string, headers: Record<string, string>) =>
    fetch(new URL('/v1/batches', service.url), { method: 'POST', body, headers: { ...json, ...headers } });

  it.each(['gzip', 'GZIP', 'deflate', 'br', 'identity, gzip', 'x'])(
    'with a content encoding is rejected with the encodings that are accepted: %s',
    async (coding) => {
      const answer = await send(gzipSync(batch), { 'content-encoding': coding });

      expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'identity']);
      expect(await answer.json()).toEqual({
        type: 'urn:earmark:problem:unsupported-content-encoding',
        title: 'Unsupported content encoding',
        status: 415,
        detail: 'The body must not have a Content-Encoding.',
        instance: '/v1/batches',
        help: '/problems/unsupported-content-encoding',
      });
    },
  );

  it.each(['identity', ''])('with the encoding %j is accepted', async (coding) => {
    expect((await send(batch, { 'content-encoding': coding })).ok).toBe(true);
  });

  it.each([
    ['with a length', 'Content-Length: 20000000\r\n', ''],
    ['in chunks', 'Transfer-Encoding: chunked\r\n', `${(20_000_000).toString(16)}\r\n`],
  ])(
    'that is far too large gets its answer even if the client sends all of it before reading: %s',
    async (_, header, size) => {
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
      const failed: unknown[] = [];
      socket.on('error', (error) => failed.push(error));
      socket.pause();
      const head = `POST /v1/batches HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\n${header}\r\n${size}`;
      const isSent = new Promise((resolve) => {
        socket.on('close', resolve);
        socket.write(head);
        for (let n = 0; n < 19; n++) socket.write(Buffer.alloc(1_000_000, 'x'));
        socket.write(Buffer.alloc(1_000_000, 'x'), resolve);
      });
      await isSent;
      const answer = await text(socket);

      expect(failed).toEqual([]);
      expect(answer).toMatch(/^HTTP\/1.1 413 /);
      expect(answer).toContain('"urn:earmark:problem:payload-too-large"');
    },
  );
});

describe('A conditional request', () => {
  it('is answered with 304 by every resource with an ETag if the caller has the newest version', async () => {
    await service.request('POST', '/v1/batches', { reference: 'SEEN', sku: 'SEEN', quantity: 5 });
    await service.request('POST', '/v1/allocations', { orderId: 'SEEN', sku: 'SEEN', quantity: 1 });
    const document = (
      await service.request<{
        paths: Record<string, Record<string, { responses: Record<string, { headers?: object }> }>>;
      }>('GET', '/openapi.json')
    ).body;
    const tagged = Object.entries(document.paths).filter(
      ([, { get }]) => get && 'ETag' in (get.responses['200']?.headers ?? {}),
    );
    expect(tagged.map(([path]) => path).sort()).toEqual([
      '/v1/batches/{reference}',
      '/v1/orders/{orderId}',
      '/v1/orders/{orderId}/allocations',
      '/v1/orders/{orderId}/allocations/{sku}',
      '/v1/products/{sku}',
    ]);
    for (const [template, { get }] of tagged) {
      expect(get!.responses).toHaveProperty('304');
      const path = template.replace(/\{\w+\}/g, 'SEEN');
      const tag = (await service.request('GET', path)).headers.get('etag')!;
      const ask = (method: string, seen: string) =>
        service.request(method, path, undefined, { 'if-none-match': seen });
      for (const method of ['GET', 'HEAD']) {
        for (const seen of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
          const answer = await ask(method, seen);
          expect([method, seen, answer.status, answer.body, answer.headers.get('etag')]).toEqual([
            method,
            seen,
            304,
            '',
            tag,
          ]);
          expect(answer.headers.get('content-type')).toBeNull();
        }
      }
      for (const seen of ['"0"', 'x', tag.slice(1, -1), '"', '"0" "1"', '']) {
        expect([seen, (await ask('GET', seen)).status]).toEqual([seen, 200]);
      }
    }
    const tag = (await service.request('GET', '/v1/products/SEEN')).headers.get('etag')!;
    await service.request('POST', '/v1/allocations', { orderId: 'o-1', sku: 'SEEN', quantity: 1 });
    const changed = await service.request('GET', '/v1/products/SEEN', undefined, { 'if-none-match': tag });
    expect(changed.status).toBe(200);
  });

  it.each([
    ['if-match', '"x"'],
    ['if-unmodified-since', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ])('is rejected by documents with a condition that they do not support: %s', async (name, value) => {
    for (const path of ['/docs', '/docs/swagger-ui.css', '/openapi.json', '/asyncapi.json']) {
      const answer = await service.request('GET', path, undefined, { [name]: value });

      expect([path, answer.status]).toEqual([path, 400]);
      expect(answer.body).toMatchObject({ type: 'urn:earmark:problem:validation-failed' });
    }
  });

  it('is answered with 304 if it names the current version of a document', async () => {
    for (const path of ['/docs', '/docs/swagger-ui.css', '/openapi.json', '/asyncapi.json']) {
      const tag = (await service.request('GET', path)).headers.get('etag')!;
      const again = await service.request('GET', path, undefined, { 'if-none-match': tag });

      expect([path, again.status]).toEqual([path, 304]);
    }
  });

  it('for a range of a document is answered with all of it', async () => {
    const answer = await service.request('GET', '/docs/swagger-ui.css', undefined, {
      range: 'bytes=99999999-',
    });

    expect(answer.status).toBe(200);
  });
});

describe('The API document', () => {
  it('forbids unknown fields in every request body, and in every row', async () => {
    interface Named {
      readonly $ref: string;
    }
    const { body } = await service.request<{
      paths: Record<
        string,
        Record<
          string,
          { requestBody?: { content: Record<string, { schema: Named & { contentSchema?: Named } }> } }
        >
      >;
      components: { schemas: Record<string, { additionalProperties?: boolean }> };
    }>('GET', '/openapi.json');
    const schemas = Object.values(body.paths)
      .flatMap((path) => Object.values(path))
      .flatMap(({ requestBody }) => Object.values(requestBody?.content ?? {}))
      .map(({ schema: { contentSchema, $ref } }) => (contentSchema?.$ref ?? $ref).split('/').at(-1)!);

    expect(schemas.sort()).toEqual([
      'AdjustBody',
      'AllocateLineBody',
      'CartBody',
      'ChangeBatchBody',
      'ChangeWebhookBody',
      'CountBody',
      'CreateKeyBody',
      'CreateWebhookBody',
      'DiscardDeadLetterBody',
      'DiscardEventBody',
      'OrderRow',
      'PutOrderBody',
      'PutPolicyBody',
      'ReallocateBody',
      'ReceiptRow',
      'ReceiveBody',
      'RegisterBatchBody',
      'RegisterBatchBody',
      'ReplayBody',
      'ReturnGoodsBody',
      'RotateSecretBody',
      'ShipBody',
      'ShipmentRow',
      'SimulateBody',
    ]);
    for (const name of [
      ...[...schemas, 'CartItemBody', 'WantedLineBody', 'StepBody', 'SimulatedOrderBody'],
      ...['SegmentBody', 'SegmentMatchBody', 'PriorityRangeBody'],
    ])
      expect([name, body.components.schemas[name]!.additionalProperties]).toEqual([name, false]);
  });
});

describe('An invalid message whose id cannot be stored as it is', () => {
  it('is dead-lettered, and kept apart from another one whose id begins alike', async () => {
    const receiver = service.get(Receiver);
    const [channel] = incomingOf(service.get<Registry>(REGISTRY));
    const ids = ['', '\0', 'x'.repeat(300), `${'x'.repeat(300)}y`, 'x'.repeat(256)];
    for (const id of ids) {
      const body = Buffer.from(`no JSON: ${id.length}`);
      await receiver.receive(channel!, { broker: 'jetstream', channel: channel!.name, id, body, attempt: 1 });
    }
    const kept = await service
      .get(DataSource)
      .query<{ body: Buffer; id: string }[]>(
        'select body, message_id as id from broker.dead_letter order by id',
      );

    expect(kept.map(({ body }) => body.toString()).sort()).toEqual(
      ids.map((id) => `no JSON: ${id.length}`).sort(),
    );
    expect(new Set(kept.map(({ id }) => id)).size).toBe(ids.length);
    expect(kept.map(({ id }) => id.length).every((length) => length <= 256)).toBe(true);
  });
});

describe('A hostile file', () => {
  it('cannot control the terminal of the operator who imports it, nor forge a log line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'earmark-hostile-'));
    const file = join(folder, 'orders.ndjson');
    const lines = [
      '{"x\\u000aline 9: forged":1}',
      '{"\\u001b[2J\\u009b31m\\u2028":1}',
      '{"order_id":\u001b[31m\u009b\u2028}',
      '\u001b]0;title\u0007',
    ];
    await writeFile(file, lines.map((line) => `${line}\n`).join(''));
    const { stderr } = await new CommandLine({ DATABASE_URL: database.url }, 'import', 'orders', file).ended;
    await rm(folder, { recursive: true });

    expect(stderr.split('\n').filter((line) => line !== '')).toHaveLength(lines.length);
    expect(stderr).not.toMatch(/(?!\n)[\p{Cc}\u2028\u2029]/u);
    expect(stderr).toContain('line 1: x\\u000aline 9: forged is not a known field');
  });
});

describe('A database that is dropped while the service runs', () => {
  it('counts as unavailable: every call is answered with 503', async () => {
    const dropped = await freshDatabase();
    const alone = await startService(dropped.url);
    try {
      await dropped.drop();
      const calls = [
        alone.request('POST', '/v1/batches', { reference: 'PO-1', sku: 'LAMP', quantity: 1 }),
        alone.request('POST', '/v1/allocations', { orderId: 'o-1', sku: 'LAMP', quantity: 1 }),
        alone.request('DELETE', '/v1/orders/o-1/allocations'),
        ...['batches', 'batches/PO-1', 'products', 'products/LAMP', 'events', 'subscriptions'].map((path) =>
          alone.request('GET', `/v1/${path}`),
        ),
        alone.request('GET', '/health/ready'),
      ];
      for (const { status, body, headers } of await Promise.all(calls)) {
        expect([status, body]).toEqual([503, expect.objectContaining({ type: 'urn:earmark:problem:busy' })]);
        expect(headers.get('retry-after')).toMatch(/^\d+$/);
      }
      expect((await alone.request('GET', '/health/live')).status).toBe(200);
    } finally {
      await alone.close();
    }
  });
});
