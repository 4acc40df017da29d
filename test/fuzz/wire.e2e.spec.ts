import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { faultsOf } from './answers.js';
import { FuzzedService } from './fuzzed-service.js';
import { faultsInLog } from './log-lines.js';
import { Findings, requestsToSend, SEED, timeFor } from './runs.js';
import { faultsStored } from './stored.js';
import { WireClient } from './wire-client.js';

// The start of a service may take long on a slow machine.

const REQUESTS = requestsToSend(250, 0.15);
const CLIENTS = 16;
const PORTION = 25;
/** Milliseconds after which a service that says nothing is taken to wait for more. */
const QUIET_MS = 150;
/** Whatever it comes behind, it is no part of it that could be read. */
const NO_REQUEST = Buffer.from('\r\n\r\n\0\r\n\r\n');

let service: FuzzedService;
beforeAll(async () => {
  service = await FuzzedService.start();
});
afterAll(() => service.remove());

/** Requests that are right, to be broken. */
const SOUND: readonly string[] = [
  'GET /v1/batches?limit=5 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: KEY\r\n\r\n',
  'GET /v1/products/PO-1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: KEY\r\nAccept: */*\r\n\r\n',
  'GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
  'POST /v1/batches HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: KEY\r\nContent-Type: application/json\r\nContent-Length: 45\r\n\r\n{"reference":"W-1","sku":"WIRE","quantity":5}',
  'POST /v1/allocations HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: KEY\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n' +
    '14\r\n{"orderId":"o-1","sk\r\n18\r\nu":"WIRE", "quantity":1}\r\n0\r\n\r\n',
  'PATCH /v1/batches/W-1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: KEY\r\nContent-Type: application/json\r\nIf-Match: "1"\r\nContent-Length: 14\r\n\r\n{"quantity":7}',
  'DELETE /v1/orders/o-1/allocations HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: KEY\r\n\r\n',
  'GET /health/live HTTP/1.0\r\n\r\n',
];

/** What is put in somewhere. */
const SPLINTERS: readonly string[] = [
  ...['\r', '\n', '\r\n', '\r\n\r\n', '\0', ' ', '\t', ':', '\x7f', '\x80', '\xff', '%', '/', '\u001b[31m'],
  ...[
    'Content-Length: 0\r\n',
    'Content-Length: 5\r\n',
    'Content-Length: -1\r\n',
    'Content-Length: 1e3\r\n',
    'Content-Length: 99999999999999999999\r\n',
  ],
  ...[
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip\r\n',
    'Transfer-Encoding: chunked, chunked\r\n',
    'Transfer-Encoding: \x0bchunked\r\n',
  ],
  ...[
    'Host: \r\n',
    'Host: evil\r\n',
    'Host: a b\r\n',
    ' folded: x\r\n',
    '\tx\r\n',
    'no colon\r\n',
    ': no name\r\n',
    'a b: c\r\n',
    'x: \0\r\n',
  ],
  ...[
    'Expect: 100-continue\r\n',
    'Expect: something\r\n',
    'Upgrade: websocket\r\nConnection: Upgrade\r\n',
    'Connection: close\r\n',
  ],
  ...[
    'HTTP/1.1',
    'HTTP/0.9',
    'HTTP/2.0',
    'HTTP/9.9',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'CONNECT evil:443 HTTP/1.1\r\nHost: evil\r\n\r\n',
  ],
  ...[
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'SSH-2.0-x\r\n',
    '*1\r\n$4\r\nPING\r\n',
    '{"jsonrpc":"2.0"}\n',
    'GET /\r\n',
    '<xml/>',
  ],
  ...[
    'ffffffffffffffff\r\n',
    '-1\r\n',
    '5;x=y\r\n',
    `5;${'x'.repeat(20_000)}\r\n`,
    'Trailer: x\r\n',
    'x'.repeat(20_000),
    `x: ${'y'.repeat(15_000)}\r\n`,
  ],
  ...[
    Array.from({ length: 3_000 }, (_, i) => `h${i}: 1\r\n`).join(''),
    Array.from({ length: 1_000 }, () => 'a:\r\n').join(''),
  ],
];

const splinter = fc.oneof(fc.constantFrom(...SPLINTERS), fc.string({ unit: 'binary-ascii', maxLength: 30 }));

/** One change to what is sent: `at` is a share of its length. */
type Change = (text: string) => string;
const change: fc.Arbitrary<Change> = fc
  .tuple(
    fc.constantFrom('insert', 'replace', 'cut', 'drop', 'repeat', 'line'),
    fc.nat(1_000),
    fc.nat(40),
    splinter,
  )
  .map(([kind, share, length, more]) => (text) => {
    const at = Math.floor((text.length * share) / 1_001);
    switch (kind) {
      case 'insert':
        return text.slice(0, at) + more + text.slice(at);
      case 'replace':
        return text.slice(0, at) + more + text.slice(at + length);
      case 'cut':
        return text.slice(0, at);
      case 'drop':
        return text.slice(0, at) + text.slice(at + length);
      case 'repeat':
        return text.slice(0, at) + text.slice(Math.max(0, at - length));
      case 'line': {
        // Where a header stands.
        const line = text.indexOf('\r\n', at) + 2;
        return line < 2 ? text + more : text.slice(0, line) + more + text.slice(line);
      }
    }
  });

const noise = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom(...SOUND), fc.array(change, { minLength: 1, maxLength: 3 }))
      .map(([sound, changes]) => changes.reduce((text, each) => each(text), sound)),
  },
  { weight: 1, arbitrary: fc.array(splinter, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...SOUND), fc.constantFrom(...SOUND)).map(([a, b]) => a + b),
  },
);

describe('Any bytes on a connection', () => {
  it(
    `get a problem if they are not a request, and disturb no other client: ${REQUESTS} of seed ${SEED}`,
    async () => {
      const findings = new Findings();
      const statuses = new Set<number>();
      let portion = 0;
      const work = async () => {
        while (portion * PORTION < REQUESTS) {
          const seed = SEED + portion++;
          for (const words of fc.sample(noise, { seed, numRuns: PORTION })) {
            for (const status of await say(words, findings, seed)) statuses.add(status);
          }
        }
      };
      await Promise.all(Array.from({ length: CLIENTS }, work));

      expect(findings.all).toEqual([]);
      expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 431]));
      expect((await service.get('/health/ready')).status).toBe(200);
      expect(await faultsStored(service.database.url)).toEqual([]);
      const { code, stdout, stderr } = await service.stop();
      expect([code, stderr]).toEqual([0, '']);
      expect(faultsInLog(stdout, [service.key, service.key.split('_')[2]!])).toEqual([]);
    },
    timeFor(REQUESTS),
  );
});

/** Says it on a connection of its own, and nothing more: the service must not wait for the rest. */
async function say(words: string, findings: Findings, seed: number, quietMs = QUIET_MS): Promise<number[]> {
  const sent = words.replaceAll('KEY', `Bearer ${service.key}`);
  const client = new WireClient(service.port);
  const statuses: number[] = [];
  let hasHungUp = false;
  const add = (fault: string) => findings.add(fault, `${seed} ${JSON.stringify(words.slice(0, 600))}`);
  try {
    await client.say([Buffer.from(sent, 'latin1')]);
    for (let hints = 0; ;) {
      // Nobody knows how many requests it is to the service.
      const answer = await client.listen('GET', [quietMs, 10 * quietMs, 10_000][hints]!);
      if (answer) {
        statuses.push(answer.status);
        for (const fault of faultsOf(answer, 'GET')) add(fault);
      } else if (answer === null) {
        break;
      } else {
        // It waits for the rest: of a head, of chunks, or of a body that has a length, which ends with the connection.
        if (hints === 0) await client.say([NO_REQUEST]);
        else if (hints === 1) {
          client.end();
          hasHungUp = true;
        } else throw new Error('is kept waiting');
        hints++;
      }
    }
    if (statuses.length === 0 && !/^[\r\n]*$/.test(words)) {
      // A slow service may still have worked on its answer when the client hung up, so the client asks again patiently.
      if (hasHungUp && quietMs === QUIET_MS) return await say(words, findings, seed, 10 * QUIET_MS);
      add('no answer');
    }
  } catch (error) {
    add(String(error));
  } finally {
    client.close();
  }
  return statuses;
}
