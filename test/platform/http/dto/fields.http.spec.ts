import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startProbe } from '../probe.js';

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await startProbe();
});
afterAll(() => app.close());

const json = { 'content-type': 'application/json' };
const LAMPS = { reference: 'A-1', sku: 'LAMP', quantity: 3 };

const send = (payload: string) => app.inject({ method: 'POST', url: '/v1/shelves', payload, headers: json });
/** The body as it is written, so that it can say what no JavaScript object can. */
const putRaw = (fields: Record<string, string>) => {
  const raw = { reference: '"A-1"', sku: '"LAMP"', quantity: '3', ...fields };
  return send(
    `{${Object.entries(raw)
      .map(([name, value]) => `"${name}":${value}`)
      .join(',')}}`,
  );
};
const errorsOf = (answer: { statusCode: number; json: () => unknown }) => {
  expect(answer.statusCode).toBe(400);
  const problem = answer.json() as { type: string; errors: { field: string; message: string }[] };
  expect(problem.type).toBe('urn:earmark:problem:validation-failed');
  return problem.errors;
};

describe('A text', () => {
  it.each([
    ['one character', '"x"'],
    ['128 characters', JSON.stringify('x'.repeat(128))],
    ['128 characters outside the basic plane', JSON.stringify('😀'.repeat(128))],
    ['blanks and slashes within', '"a / b"'],
    ['what looks like an encoding', '"%2F"'],
    ['the name of a prototype', '"__proto__"'],
  ])('may be %s', async (_, value) => {
    expect((await putRaw({ reference: value })).statusCode).toBe(201);
  });

  it.each([
    ['empty', '""'],
    ['129 characters', JSON.stringify('x'.repeat(129))],
    ['begun with a blank', '" x"'],
    ['ended with a line feed', '"x\\n"'],
    ['ended with a no-break space', '"x\\u00a0"'],
    ['a NUL byte', '"a\\u0000b"'],
    ['a control character', '"a\\u0085b"'],
    ['half a surrogate pair', '"\\ud800"'],
    ['a number', '5'],
    ['null', 'null'],
    ['a list', '["x"]'],
    ['an object', '{"then":1}'],
  ])('may not be %s', async (_, value) => {
    expect(errorsOf(await putRaw({ reference: value }))).toEqual([
      {
        field: 'reference',
        message:
          'reference must be a text of 1 to 128 characters without control characters, ' +
          'not beginning or ending in white space.',
      },
    ]);
  });
});

describe('A quantity', () => {
  it.each(['1', '1.0', '1e2', '2147483647'])('may be %s', async (value) => {
    expect((await putRaw({ quantity: value })).json()).toMatchObject({ quantity: Number(value) });
  });

  it.each([
    '0',
    '-0',
    '-1',
    '1.5',
    '2147483648',
    '9007199254740992',
    '1e400',
    '"5"',
    'null',
    'true',
    '[1]',
    '{}',
  ])('may not be %s', async (value) => {
    expect(errorsOf(await putRaw({ quantity: value }))).toEqual([
      { field: 'quantity', message: 'quantity must be a whole number from 1 to 2147483647.' },
    ]);
  });

  it('may be 0 if a batch shrinks, and is still not null', async () => {
    const change = (payload: object) => app.inject({ method: 'PATCH', url: '/v1/shelves/A-1', payload });

    expect((await change({ quantity: 0 })).statusCode).toBe(200);
    expect(errorsOf(await change({ quantity: null }))).toHaveLength(1);
  });
});

describe('A day', () => {
  it.each(['"2026-09-01"', '"2028-02-29"', '"0001-01-01"', '"9999-12-31"', 'null'])(
    'may be %s',
    async (value) => {
      expect((await putRaw({ eta: value })).statusCode).toBe(201);
    },
  );

  it.each([
    '"2026-02-30"',
    '"2026-02-29"',
    '"2026-13-01"',
    '"2026-00-10"',
    '"0000-01-01"',
    '"2026-9-1"',
    '"+002026-09-01"',
    '"2026-09-01T00:00:00Z"',
    '"2026-09-01 "',
    '"tomorrow"',
    '""',
    '20260901',
  ])('may not be %s', async (value) => {
    expect(errorsOf(await putRaw({ eta: value }))).toEqual([
      { field: 'eta', message: 'eta must be an existing date, written YYYY-MM-DD, or null.' },
    ]);
  });

  it('that is null differs from one that is left out', async () => {
    expect((await putRaw({ eta: 'null' })).json()).toMatchObject({ eta: null, etaGiven: true });
    expect((await putRaw({})).json()).toMatchObject({ etaGiven: false });
  });
});

describe('A body', () => {
  it('that lacks fields gets an error for each of them', async () => {
    expect(errorsOf(await send('{}')).map(({ message }) => message)).toEqual([
      'reference is required.',
      'sku is required.',
      'quantity is required.',
    ]);
  });

  it('may not hold an unknown field', async () => {
    expect(errorsOf(await send(JSON.stringify({ ...LAMPS, colour: 'red' })))).toEqual([
      { field: 'colour', message: 'colour is not a known field.' },
    ]);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'])(
    'may not hold %s, which every object has anyway',
    async (name) => {
      expect(errorsOf(await putRaw({ [name]: '{"a":1}' }))).toEqual([
        { field: name, message: `${name} is not a known field.` },
      ]);
    },
  );

  it.each(['null', '[]', '[{}]', '"text"', '5', 'true', ''])('must be an object, not %s', async (payload) => {
    expect(errorsOf(await send(payload))).toEqual([
      { field: 'body', message: 'The body must be a JSON object.' },
    ]);
  });

  it.each([
    ['nested without end', `{"sku":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['of many fields', `{${Array.from({ length: 5_000 }, (_, at) => `"f${at}":1`).join(',')}}`],
    ['of many values', `{"sku":[${'1,'.repeat(30_000)}1]}`],
    ['of as many as are counted only once they are read', `{"sku":[${'1,'.repeat(1_998)}1]}`],
    ['of many empty objects', `{"sku":[${'{},'.repeat(20_000)}1]}`],
    ['of the same field many times, and then broken', `{${'"sku":1,'.repeat(5_000)}`],
  ])('%s is rejected before it is parsed', async (_, payload) => {
    expect(errorsOf(await send(payload))).toEqual([
      { field: 'body', message: 'The body holds too many values.' },
    ]);
  });

  it('may hold strings with the punctuation of JSON', async () => {
    const text = ',[{"\\'.repeat(5_000);
    expect(errorsOf(await putRaw({ sku: JSON.stringify(text) }))).toEqual([
      { field: 'sku', message: expect.stringMatching(/^sku must be a text of 1 to 128 characters/) },
    ]);
  });

  it.each([
    ['a number of 60,000 digits', '9'.repeat(60_000)],
    ['a number beyond all numbers', '1e999999'],
    ['a number of 60,000 decimals', `0.${'1'.repeat(60_000)}`],
    ['a text of 60,000 characters', JSON.stringify('x'.repeat(60_000))],
  ])('may not hold %s, which gets a short error', async (_, raw) => {
    const answer = await putRaw({ quantity: raw });
    expect(errorsOf(answer)[0]).toMatchObject({ field: 'quantity' });
    expect(answer.body.length).toBeLessThan(1_000);
  });

  it('may be nested as deeply as it is allowed to without harm', async () => {
    expect(errorsOf(await putRaw({ sku: '['.repeat(900) + ']'.repeat(900) }))).toHaveLength(1);
  });

  it('with many errors gets a short answer', async () => {
    const many = Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`field${at}`, 1]));
    const long = { ['x'.repeat(60_000)]: 1 };

    expect(errorsOf(await send(JSON.stringify(many)))).toHaveLength(20);
    expect((await send(JSON.stringify(long))).body.length).toBeLessThan(2_000);
  });
});

describe('A query string', () => {
  const list = (query: string) => app.inject(`/v1/shelves?${query}`);

  it('reads numbers from digits, and uses defaults if they are left out', async () => {
    expect((await list('limit=500&quantity=7')).json()).toMatchObject({ query: { limit: 500, quantity: 7 } });
    expect((await list('')).json()).toMatchObject({ query: { limit: 50 } });
    expect((await list('limit=1&quantity=1')).json()).toMatchObject({ query: { limit: 1, quantity: 1 } });
    expect((await app.inject('/v1/shelves/log?after=0')).json()).toEqual({ after: 0 });
    expect((await app.inject('/v1/shelves/log?after=9007199254740991')).json()).toEqual({
      after: Number.MAX_SAFE_INTEGER,
    });
  });

  it.each(['', '0', '501', '+5', '-1', '%205', '5%20', '0x10', '1e2', '5.0', 'five', '%D9%A5', '5&limit=6'])(
    'may not ask for limit=%s',
    async (value) => {
      expect(errorsOf(await list(`limit=${value}`))).toEqual([
        { field: 'limit', message: 'limit must be a whole number from 1 to 500.' },
      ]);
    },
  );

  it.each(['sku=', 'sku=%20a', 'sku=%00', 'sku=a&sku=b', 'after=', 'quantity=0', 'quantity=2147483648'])(
    'may not hold %s',
    async (query) => {
      expect(errorsOf(await list(query))).toHaveLength(1);
    },
  );

  it.each(['colour=red', '__proto__=1', 'constructor=1', 'toString=1', 'limit[a]=1', '=1'])(
    'may not hold an unknown parameter: %s',
    async (query) => {
      expect(errorsOf(await list(query))[0]?.message).toMatch(/ is not a known field\.$/);
    },
  );

  it('may not hold a position beyond what JSON numbers carry exactly', async () => {
    expect(errorsOf(await app.inject('/v1/shelves/log?after=9007199254740992'))).toHaveLength(1);
  });
});

describe('A path', () => {
  const find = (reference: string) => app.inject(`/v1/shelves/${encodeURIComponent(reference)}`);

  it.each(['a/b', 'a b', 'ü', '%', '..;', '?#', '😀'.repeat(128)])('may name %s', async (reference) => {
    expect((await find(reference)).json()).toEqual({ reference });
  });

  it.each(['a ', '\0', '\u0085', 'x'.repeat(129), '😀'.repeat(129)])('may not name %j', async (reference) => {
    expect(errorsOf(await find(reference))).toMatchObject([{ field: 'reference' }]);
  });
});
