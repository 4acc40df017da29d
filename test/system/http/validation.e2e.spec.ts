import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectInvalid, expectRefusal, Shop } from '../../support/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

/** What a field must be, and values as they are written in JSON that it may not have. */
interface Kind {
  readonly says: string;
  readonly good: string;
  readonly bad: readonly string[];
}

const NO_TEXT = ['null', '5', 'true', '[]', '{}', '["PO-1"]'];

const storedCode =
  'must be a text of 1 to 128 characters without control characters, not beginning or ending in white space';

const code: Kind = {
  says:
    'must be a text of 1 to 128 characters without control or other invisible characters, ' +
    'not beginning or ending in white space, in composed form (NFC)',
  good: '"NEVER-STORED"',
  bad: [
    ...NO_TEXT,
    '""',
    '" "',
    `"${'x'.repeat(129)}"`,
    `"${'\u{1f4a9}'.repeat(129)}"`,
    // Control characters, NUL first.
    ...['"a\\u0000b"', '"\\u0000"', '"a\\nb"', '"a\\u007fb"', '"a\\u0085b"'],
    // White space at an end, of every width.
    ...['" a"', '"a "', '"\\ta"', '"a\\u00a0"', '"\\u2003a"', '"\\ufeffa"', '"a\\u2028"'],
    // What cannot be seen: separators, zero width, directions, fillers, other spaces, tags; a letter in two parts.
    ...[
      '"a\\u2028b"',
      '"a\\u200bb"',
      '"a\\u202eb"',
      '"a\\u3164b"',
      '"a\\u00a0b"',
      '"a\\udb40\\udc41b"',
      '"e\\u0301"',
    ],
    // Half a character.
    ...['"\\ud800"', '"a\\udc00b"', '"\\udc00\\ud800"'],
  ],
};

const quantityFrom = (least: number): Kind => ({
  says: `must be a whole number from ${least} to 2147483647`,
  good: '5',
  bad: [
    ...['null', 'true', '"5"', '""', '[5]', '{}'],
    ...['-1', '1.5', '0.1e-9', '2147483648', '9007199254740993', '1e400', '-1e400'],
    ...(least > 0 ? ['0', '-0'] : []),
  ],
});

const day: Kind = {
  says: 'must be an existing date, written YYYY-MM-DD, or null',
  good: '"2027-01-31"',
  bad: [
    ...['20270131', 'true', '[]', '{}', '["2027-01-31"]', '""', '"null"', '"tomorrow"'],
    ...['"2026-02-30"', '"2027-02-29"', '"2027-13-01"', '"2027-00-10"', '"2027-01-00"', '"0000-01-01"'],
    ...['"2027-1-31"', '"27-01-31"', '"12027-01-31"', '"+002027-01-31"', '"-2027-01-31"'],
    ...['" 2027-01-31"', '"2027-01-31 "', '"2027-01-31\\n"', '"2027-01-31T00:00:00Z"', '"２０２７-01-31"'],
  ],
};

interface Call {
  readonly call: string;
  readonly method: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, Kind>>;
  readonly required: readonly string[];
}

const CALLS: Call[] = [
  {
    call: 'registering a batch',
    method: 'POST',
    path: '/v1/batches',
    fields: { reference: code, sku: code, quantity: quantityFrom(1), eta: day },
    required: ['reference', 'sku', 'quantity'],
  },
  {
    call: 'changing a batch',
    method: 'PATCH',
    path: '/v1/batches/PO-1',
    fields: { quantity: quantityFrom(0), eta: day },
    required: [],
  },
  {
    call: 'allocating a line',
    method: 'POST',
    path: '/v1/allocations',
    fields: { orderId: code, sku: code, quantity: quantityFrom(1) },
    required: ['orderId', 'sku', 'quantity'],
  },
];

/** The body as it is written, with some fields as given and the others as they should be. */
function bodyOf({ fields }: Call, given: Record<string, string>): string {
  const good = Object.entries(fields).map(([name, { good }]) => [name, good] as const);
  const all = new Map([...good, ...Object.entries(given)]);
  return `{${[...all].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`;
}

describe.each(CALLS)('$call', (call) => {
  const { method, path, fields, required } = call;
  const send = (body: string) => shop.send(method, path, body);

  it.each(
    Object.entries(fields).flatMap(([field, { says, bad }]) => bad.map((value) => [field, value, says])),
  )('is refused where %s is %s', async (field, value, says) => {
    expectInvalid(await send(bodyOf(call, { [field]: value })), path, field, `${field} ${says}.`);
  });

  if (required.length > 0) {
    it('is rejected with every field that is missing', async () => {
      const errors = required.map((field) => ({ field, message: `${field} is required.` }));

      expectRefusal(await send('{}'), {
        status: 400,
        code: 'validation-failed',
        title: 'Validation failed',
        detail: errors.map(({ message }) => message).join(' '),
        instance: path,
        errors,
      });
    });
  }

  it.each(['colour', 'Quantity', '__proto__', 'constructor', 'prototype', 'toString', 'version', 'schön'])(
    'is rejected if it has an unknown field: %s',
    async (field) => {
      expectInvalid(
        await send(bodyOf(call, { [field]: '{"quantity":1}' })),
        path,
        field,
        `${field} is not a known field.`,
      );
    },
  );

  it.each(['null', '[]', '5', '"x"', 'true', ''])(
    'is rejected if the body is no object: %s',
    async (body) => {
      expectInvalid(await send(body), path, 'body', 'The body must be a JSON object.');
    },
  );

  it('is rejected if the body is larger than any valid one', async () => {
    const fields = (count: number) => `{${Array.from({ length: count }, (_, i) => `"f${i}":1`).join()}}`;

    expectInvalid(await send(fields(3_000)), path, 'body', 'The body holds too many values.');
    const tooLarge = await send(fields(20_000));
    expect(tooLarge.status).toBe(413);
    expect(tooLarge.body).toMatchObject({ type: 'urn:earmark:problem:payload-too-large' });
  });
});

describe('A path', () => {
  const PATHS = [
    ['GET', '/v1/batches/{}', 'reference'],
    ['PATCH', '/v1/batches/{}', 'reference'],
    ['GET', '/v1/products/{}', 'sku'],
    ['GET', '/v1/products/{}/availability', 'sku'],
    ['GET', '/v1/orders/{}/allocations', 'orderId'],
    ['DELETE', '/v1/orders/{}/allocations', 'orderId'],
    ['DELETE', '/v1/orders/{}/allocations/SKU', 'orderId'],
    ['DELETE', '/v1/orders/ORDER/allocations/{}', 'sku'],
  ] as const;
  const noCodes = [
    '%00',
    'a%00b',
    '%20a',
    'a%C2%A0',
    'a%0Ab',
    'x'.repeat(129),
    '%F0%9F%92%A9'.repeat(128) + 'x',
  ];

  it.each(PATHS)('is rejected if its code is invalid: %s %s', async (method, template, field) => {
    for (const noCode of noCodes) {
      const path = template.replace('{}', noCode);
      const body = method === 'PATCH' ? {} : undefined;

      expectInvalid(await shop.service.request(method, path, body), path, field, `${field} ${storedCode}.`);
    }
  });
});

describe('A query', () => {
  const limit = {
    field: 'limit',
    says: 'must be a whole number from 1 to 500',
    bad: ['0', '-1', '501', '1.5', '2147483648', '1e2', '%2B5', '%205', 'five', '', '0x10', '1&limit=2'],
  };
  const cursor = {
    field: 'after',
    says: storedCode,
    bad: ['', '%00', '%20x', 'x'.repeat(129), 'a&after=b'],
  };
  const sku = { ...cursor, field: 'sku', bad: ['', '%00', 'x%20', 'x'.repeat(129), 'a&sku=b'] };
  const position = {
    field: 'after',
    says: 'must be a whole number from 0 to 9007199254740991',
    bad: ['-1', '1.5', '9007199254740992', '1e400', 'x', '', '1&after=2'],
  };
  const quantity = {
    field: 'quantity',
    says: 'must be a whole number from 1 to 2147483647',
    bad: ['0', '-1', '1.5', '2147483648', '1e400', '5x', '', '1&quantity=2'],
  };
  const QUESTIONS = [
    ['/v1/batches', limit],
    ['/v1/batches', cursor],
    ['/v1/batches', sku],
    ['/v1/products', limit],
    ['/v1/products', cursor],
    ['/v1/events', limit],
    ['/v1/events', position],
    ['/v1/products/SKU/availability', quantity],
  ] as const;

  it.each(
    QUESTIONS.flatMap(([path, { field, says, bad }]) => bad.map((value) => [path, field, value, says])),
  )('is refused: %s?%s=%s', async (path = '', field = '', value, says) => {
    expectInvalid(await shop.get(`${path}?${field}=${value}`), path, field, `${field} ${says}.`);
  });

  it.each(['/v1/batches', '/v1/products', '/v1/events', '/v1/products/SKU/availability'])(
    'is rejected if it names an unknown parameter: %s',
    async (path) => {
      for (const name of ['colour', 'Limit', '__proto__', 'constructor', 'limit[]']) {
        expectInvalid(await shop.get(`${path}?${name}=1`), path, name, `${name} is not a known field.`);
      }
    },
  );
});

describe('A rejected call', () => {
  it('leaves nothing behind', async () => {
    for (const list of ['batches', 'products', 'events']) {
      expect((await shop.get(`/v1/${list}`)).body).toEqual({ items: [], next: null });
    }
  });
});
