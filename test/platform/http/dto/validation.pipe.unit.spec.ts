import 'reflect-metadata';
import type { ArgumentMetadata } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsArray, ValidateNested } from 'class-validator';
import { describe, expect, it } from '@jest/globals';
import { Limit, ListOf, Quantity, Sku, WholeNumber } from '../../../../src/platform/http/dto/fields.js';
import type { ValidationFailed } from '../../../../src/platform/http/problems/problem.js';
import { RequestValidationPipe } from '../../../../src/platform/http/dto/validation.pipe.js';

class Line {
  @Sku() sku!: string;
  @Quantity() quantity!: number;
}

class Order {
  @IsArray() @ValidateNested() @Type(() => Line) lines!: Line[];
  @Limit() limit = 50;
  @WholeNumber({ optional: true }) seen?: number;
}

class Cart {
  @ListOf(Line, { max: 3, description: 'What is in it.' }) items!: Line[];
}

const pipe = new RequestValidationPipe();
const read = async (value: unknown, type: ArgumentMetadata['type'] = 'body', metatype: unknown = Order) =>
  await pipe.transform(value, { type, metatype: metatype as ArgumentMetadata['metatype'] });
const errorsOf = async (value: unknown, type?: ArgumentMetadata['type'], metatype: unknown = Order) => {
  const refusal = (await read(value, type, metatype).catch((error: unknown) => error)) as ValidationFailed;
  expect(refusal).toMatchObject({ status: 400, code: 'validation-failed' });
  return refusal.facts.errors;
};

const LINE = { sku: 'LAMP', quantity: 3 };

describe('A request body', () => {
  it('becomes its DTO, with defaults for what is left out', async () => {
    const order = await read({ lines: [LINE], limit: '7' });
    expect(order).toBeInstanceOf(Order);
    expect(order).toEqual({ lines: [LINE], limit: 7 });
    expect(await read({ lines: [], seen: 0 })).toEqual({ lines: [], limit: 50, seen: 0 });
    expect(await errorsOf({ lines: [], seen: -1 })).toMatchObject([{ field: 'seen' }]);
  });

  it('passes unchanged without a DTO', async () => {
    expect(await read(null, 'body', Object)).toBeNull();
    expect(await read('text', 'custom', String)).toBe('text');
  });

  it.each([null, undefined, 'text', 7, true, []])('must be an object: %j', async (value) => {
    expect(await errorsOf(value, 'query')).toEqual([
      { field: 'query', message: 'The query must be a JSON object.' },
    ]);
  });

  it.each(['colour', 'constructor', '__proto__', 'toString', 'prototype'])(
    'may have no unknown field: %s',
    async (name) => {
      const body = JSON.parse(`{"lines": [], "${name}": 1}`) as unknown;
      expect(await errorsOf(body)).toEqual([{ field: name, message: `${name} is not a known field.` }]);
    },
  );

  it.each(['constructor', '__proto__', 'valueOf', 'prototype'])(
    'may have no unknown field in an object within it: %s',
    async (name) => {
      const body = JSON.parse(`{"lines": [{"sku": "LAMP", "quantity": 3, "${name}": 1}]}`) as unknown;
      expect(await errorsOf(body)).toEqual([{ field: name, message: `${name} is not a known field.` }]);
    },
  );

  it('has lists of objects, of so many and of nothing else', async () => {
    const read = (items: unknown) => pipe.transform({ items }, { type: 'body', metatype: Cart });
    expect(await read([LINE, LINE, LINE])).toEqual({ items: [LINE, LINE, LINE] });
    const messagesFor = async (items: unknown) => {
      const errors = (await errorsOf({ items }, 'body', Cart)) as { message: string }[];
      return errors.map(({ message }) => message);
    };
    expect(await messagesFor([])).toEqual(['items must have at least 1 item.']);
    expect(await messagesFor([LINE, LINE, LINE, LINE])).toEqual(['items must have at most 3 items.']);
    for (const each of [[], [[]], [LINE], 'x', 7, null])
      expect(await messagesFor([each])).toContain('Each of items must be a JSON object.');
  });

  it('is not repeated in full in an error', async () => {
    const exact = 'x'.repeat(100);
    expect(await errorsOf({ lines: [], [exact]: 1 })).toMatchObject([{ field: exact }]);
    expect(await errorsOf({ lines: [], [`${exact}y`]: 1 })).toMatchObject([{ field: `${exact}…` }]);
  });

  it('gets errors with the path of the nested field', async () => {
    expect(await errorsOf({ lines: [LINE, { sku: 'LAMP', quantity: 0, colour: 1 }] })).toEqual([
      { field: 'lines.1.colour', message: 'colour is not a known field.' },
      { field: 'lines.1.quantity', message: expect.stringContaining('quantity must be') },
    ]);
  });

  it('gets at most twenty errors', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`field-${n}`, n]));
    const errors = (await errorsOf({ lines: [], ...unknown })) as { field: string }[];
    expect(errors.map(({ field }) => field)).toEqual(Object.keys(unknown).slice(0, 20));
  });

  it('may hold two thousand values and no more, in any place', async () => {
    // The body itself, its list and null beside them.
    const lines = Array.from({ length: 1_997 }, () => null);
    expect(await errorsOf({ lines, limit: null })).not.toContainEqual(tooMany);
    expect(await errorsOf({ lines: [...lines, null], limit: null })).toEqual([tooMany]);
  });

  const tooMany = { field: 'body', message: 'The body holds too many values.' };
});
