import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Busy, KeyBlocked } from '../../../../src/kernel/domain/errors.js';
import { BulkProbe, FULL, ndjson, row, type CarryOut } from './bulk-probe.js';

let probe: BulkProbe;
let usual: CarryOut;
beforeAll(async () => {
  probe = await BulkProbe.start();
  usual = probe.carryOut;
});
afterAll(() => probe.close());
beforeEach(() => {
  probe.carryOut = usual;
  probe.carriedOut.length = 0;
});

const accepted = (number: number, reference: string) => ({ row: number, status: 201, body: { reference } });
const refusedRow = (number: number, status: number, code: string) => ({
  row: number,
  status,
  problem: expect.objectContaining({ type: `urn:earmark:problem:${code}`, status }),
});
const complete = (nextRow: number, acceptedRows: number, refused = 0) => ({
  end: 'complete',
  nextRow,
  accepted: acceptedRows,
  refused,
});

describe('A bulk call', () => {
  it('answers each row in its order, and says at last where to go on', async () => {
    const { status, type, lines } = await probe.send(ndjson(row('A-1'), row(FULL), row('A-2')));

    expect([status, type]).toEqual([200, 'application/x-ndjson']);
    expect(lines).toEqual([
      accepted(1, 'A-1'),
      {
        row: 2,
        status: 409,
        problem: {
          type: 'urn:earmark:problem:shelf-full',
          title: 'Shelf full',
          status: 409,
          detail: 'There is no room.',
          instance: '/v1/shelves/FULL',
          help: '/problems/shelf-full',
        },
      },
      accepted(3, 'A-2'),
      complete(4, 2, 1),
    ]);
  });

  it('counts blank lines, and reads CRLF, a byte order mark and a last line without an end', async () => {
    const body = '\uFEFF{"reference":"A-1"}\r\n\r\n   \n{"reference":"A-2"}';
    expect((await probe.send(body)).lines).toEqual([accepted(1, 'A-1'), accepted(4, 'A-2'), complete(5, 2)]);
  });

  it('without rows says so', async () => {
    expect((await probe.send('')).lines).toEqual([complete(1, 0)]);
    expect((await probe.send('\n\n')).lines).toEqual([complete(3, 0)]);
  });

  it('numbers its rows from the one that it is told', async () => {
    const { lines } = await probe.send(ndjson(row('A-1'), row(FULL)), '?firstRow=501');
    expect(lines).toEqual([accepted(501, 'A-1'), refusedRow(502, 409, 'shelf-full'), complete(503, 1, 1)]);
  });

  it('refuses each row that is not valid alone, as a call for it would', async () => {
    const bodies = [
      '{"reference":"A-1"}',
      'no JSON',
      '[]',
      '{"reference":"A-1","colour":"red"}',
      '{"quantity":1}',
      `{"reference":"A-1","quantity":[${'1,'.repeat(3_000)}1]}`,
      `{"__proto__":{"reference":"A-1"}}`,
      '"A-1"',
      'null',
      '{"reference":"A-2"}',
    ];
    const { lines } = await probe.send(bodies.join('\n'));

    expect(lines).toEqual([
      accepted(1, 'A-1'),
      refusedRow(2, 400, 'malformed-json'),
      ...[3, 4, 5, 6, 7, 8, 9].map((number) => refusedRow(number, 400, 'validation-failed')),
      accepted(10, 'A-2'),
      complete(11, 2, 8),
    ]);
    for (const [i, body] of bodies.entries()) {
      const answer = await fetch(`http://127.0.0.1:${probe.port}/v1/shelves`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const alone = (await answer.json()) as Record<string, unknown>;
      expect(answer.status).toBe(lines[i]!.status);
      if (answer.status !== 201)
        expect({ ...lines[i]!.problem, instance: '' }).toEqual({ ...alone, instance: '' });
    }
  });

  it('refuses a row that is longer than 1 MiB, or is not UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from(`{"reference":"${'x'.repeat(1_048_576)}"}\n`),
      Buffer.from('{"reference":"caf\xe9"}\n', 'latin1'),
      Buffer.from('{"reference":"A-1"}'),
    ]);
    expect((await probe.send(body)).lines).toEqual([
      refusedRow(1, 413, 'payload-too-large'),
      refusedRow(2, 400, 'malformed-json'),
      accepted(3, 'A-1'),
      complete(4, 1, 2),
    ]);
  });

  it('takes more rows than it holds at a time, in their order', async () => {
    const references = Array.from({ length: 20_000 }, (_, n) => `A-${n}`);
    const { lines } = await probe.send(ndjson(...references.map(row)));

    expect(lines.slice(0, -1)).toEqual(references.map((reference, i) => accepted(i + 1, reference)));
    expect(lines.at(-1)).toEqual(complete(20_001, 20_000));
    expect(probe.carriedOut.flat()).toEqual(references);
    expect(probe.carriedOut.length).toBeGreaterThan(1);
  });

  it('answers a row before the next one is sent', async () => {
    const call = probe.open();
    for (const number of [1, 2, 3]) {
      call.write(row(`A-${number}`));
      expect(await call.next()).toEqual(accepted(number, `A-${number}`));
    }
    call.request.end();
    expect(await call.next()).toEqual(complete(4, 3));
  });
});

describe('A bulk call that is to stop at an error', () => {
  const stop = (...rows: readonly string[]) => probe.send(rows.join('\n'), '?onError=stop');
  const refusedEnd = (nextRow: number, acceptedRows: number) => ({
    end: 'refused',
    nextRow,
    accepted: acceptedRows,
    refused: 1,
    detail: `Row ${nextRow} was refused, and no row after it was applied: continue at row ${nextRow}.`,
  });

  it('carries out no row after one that a rule refuses', async () => {
    const { lines } = await stop('{"reference":"A-1"}', `{"reference":"${FULL}"}`, '{"reference":"A-2"}');
    expect(lines).toEqual([accepted(1, 'A-1'), refusedRow(2, 409, 'shelf-full'), refusedEnd(2, 1)]);
    expect(probe.carriedOut.flat()).toEqual(['A-1']);
  });

  it('carries out no row after one that is not valid', async () => {
    const { lines } = await stop('{"reference":"A-1"}', '{"reference":7}', '{"reference":"A-2"}', 'no JSON');
    expect(lines).toEqual([accepted(1, 'A-1'), refusedRow(2, 400, 'validation-failed'), refusedEnd(2, 1)]);
    expect(probe.carriedOut.flat()).toEqual(['A-1']);
  });

  it('names the first of several refused rows, whatever refuses them', async () => {
    const { lines } = await stop(`{"reference":"${FULL}"}`, 'no JSON');
    expect(lines).toEqual([refusedRow(1, 409, 'shelf-full'), refusedEnd(1, 0)]);
    expect((await stop('no JSON', `{"reference":"${FULL}"}`)).lines).toEqual([
      refusedRow(1, 400, 'malformed-json'),
      refusedEnd(1, 0),
    ]);
    expect(probe.carriedOut.flat()).toEqual([]);
  });

  it('goes through if none is refused', async () => {
    const { lines } = await stop('{"reference":"A-1"}', '', '{"reference":"A-2"}');
    expect(lines.at(-1)).toEqual(complete(4, 2));
  });
});

describe('A bulk call whose rows cannot be carried out now', () => {
  it('ends, and says at which row to go on', async () => {
    probe.carryOut = async (references, untilRefused) => {
      const results = await usual(references, untilRefused);
      return results.map((result, i) => (i < 2 ? result : new Busy('The service is overloaded.')));
    };
    const { lines } = await probe.send(ndjson(row('A-1'), row('A-2'), row('A-3'), row('A-4')));
    expect(lines).toEqual([
      accepted(1, 'A-1'),
      accepted(2, 'A-2'),
      {
        end: 'busy',
        nextRow: 3,
        accepted: 2,
        refused: 0,
        detail: 'The service is overloaded: continue at row 3.',
      },
    ]);
  });

  it('ends likewise if the database is away', async () => {
    probe.carryOut = () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
    const { lines } = await probe.send(ndjson(row('A-1')));
    expect(lines).toMatchObject([{ end: 'busy', nextRow: 1 }]);
  });

  it('goes on if the reason is that of one row', async () => {
    probe.carryOut = async (references) =>
      Promise.resolve(references.map((reference) => new KeyBlocked(reference)));
    expect((await probe.send(ndjson(row('A-1'), row('A-2')))).lines).toEqual([
      refusedRow(1, 503, 'busy'),
      refusedRow(2, 503, 'busy'),
      complete(3, 0, 2),
    ]);
  });

  it('ends at a fault of the service, and tells nothing of it', async () => {
    probe.carryOut = () => Promise.reject(new Error('relation "secret" does not exist at /srv/app.js'));
    const { lines } = await probe.send(ndjson(row('A-1')));
    expect(lines).toEqual([
      {
        end: 'failed',
        nextRow: 1,
        accepted: 0,
        refused: 0,
        detail: 'An internal error occurred: continue at row 1.',
      },
    ]);
  });
});

describe('The body of a bulk call', () => {
  const NOT_ROWS = { status: 415, detail: 'The body must be application/x-ndjson.' };
  const post = async (path: string, headers: Record<string, string>, body?: string) => {
    const init = { method: 'POST', headers, ...(body !== undefined && { body }) };
    const answer = await fetch(`http://127.0.0.1:${probe.port}${path}`, init);
    return answer.json();
  };

  it.each(['application/json', 'text/plain', 'application/x-ndjsonx', 'multipart/form-data; boundary=x'])(
    'is refused as %s',
    async (type) => {
      const answer = await post('/v1/bulk/shelves', { 'content-type': type }, ndjson(row('A-1')));
      expect(answer).toMatchObject(NOT_ROWS);
    },
  );

  it('may not be missing', async () => {
    expect(await post('/v1/bulk/shelves', {})).toMatchObject(NOT_ROWS);
  });

  it('may say its character set', async () => {
    const { status } = await probe.send(ndjson(row('A-1')), '', {
      'content-type': 'Application/X-NDJSON; charset=utf-8',
    });
    expect(status).toBe(200);
  });

  it('is refused if it is compressed', async () => {
    const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' };
    expect(await post('/v1/bulk/shelves', headers, 'x')).toMatchObject({
      type: 'urn:earmark:problem:unsupported-content-encoding',
    });
  });

  it('is of no use to other calls', async () => {
    const answer = await post('/v1/shelves', { 'content-type': 'application/x-ndjson' }, ndjson(row('A-1')));
    expect(answer).toMatchObject({ status: 415, detail: 'The body must be application/json.' });
  });

  it('is not read if the query is wrong', async () => {
    const { status, type } = await probe.send('', '?onError=maybe');
    expect([status, type]).toEqual([400, 'application/problem+json']);
    for (const query of ['?firstRow=0', '?firstRow=x', '?colour=red', '?firstRow=1&firstRow=2'])
      expect((await probe.send('', query)).status).toBe(400);
  });
});
