import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AfterPosition,
  Eta,
  Flag,
  Limit,
  ListOf,
  ObjectOf,
  OneOf,
  OrderId,
  Quantity,
  Sku,
  WholeNumber,
} from '../../../../src/platform/http/dto/fields.js';
import { isPlain, readPlain } from '../../../../src/platform/http/dto/plain-check.js';
import { ExplainingPipe } from '../../../../src/platform/http/dto/validation.pipe.js';

class Line {
  @Sku({ isNew: true }) sku!: string;
  @Quantity() quantity!: number;
  @Flag({ optional: true }) split?: boolean;
  @Eta({ optional: true }) neededBy?: string | null;
}

class NamedLine extends Line {
  @OrderId() orderId!: string;
}

class Choice {
  @ObjectOf(Line, { optional: true, description: 'A line.' }) line?: Line;
  @ObjectOf(NamedLine, { optional: true, description: 'A line of an order.' }) named?: NamedLine;
}

class Request {
  @ListOf(Line, { max: 3, description: 'What is ordered.' }) lines!: Line[];
  @ListOf(NamedLine, { max: 2, min: 0, optional: true, description: 'Others.' }) others?: NamedLine[];
  @ObjectOf(Line, { optional: true, description: 'One more.' }) more?: Line;
  @ListOf(Choice, { max: 2, optional: true, oneFieldEach: true, description: 'One of two.' })
  choices?: Choice[];
  @OneOf(['refuse', 'skip'], { optional: true }) whenShort?: string;
  @WholeNumber({ min: 10, max: 20, optional: true }) seconds?: number;
  @Limit() limit = 50;
  @AfterPosition() after?: number;
}

/** Half of the values are right for some field. */
const values = fc.oneof(
  fc.constantFrom<unknown>('LAMP', 1, 0, 15, true, null, '2026-09-01', 'skip', '7', ''),
  fc.constantFrom<unknown>(' LAMP', 'a\u0000b', -1, 1.5, 2 ** 31, '2026-02-30', [], {}, [[]], '07'),
);
const lines = fc.record(
  { sku: values, quantity: values, split: values, neededBy: values, orderId: values, colour: values },
  { requiredKeys: [] },
);
const rightLines = fc.record(
  {
    sku: fc.constantFrom('LAMP', 'CHAIR'),
    quantity: fc.integer({ min: 1, max: 9 }),
    split: fc.boolean(),
    neededBy: fc.constantFrom(null, '2026-09-01'),
  },
  { requiredKeys: ['sku', 'quantity'] },
);
/** Nearly always right, so that many requests are right as a whole. */
const mostly = (right: fc.Arbitrary<unknown>, other: fc.Arbitrary<unknown> = values) =>
  fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: other });
const lists = fc.oneof(
  values,
  fc.array(fc.oneof(lines, values), { maxLength: 3 }),
  fc.array(rightLines, { maxLength: 4 }),
);
const named = fc
  .tuple(rightLines, mostly(fc.constant('order-1')))
  .map(([line, orderId]) => ({ ...line, orderId }));
const requests = mostly(
  fc.record(
    {
      lines: mostly(fc.array(rightLines, { minLength: 1, maxLength: 3 }), lists),
      others: mostly(fc.array(named, { maxLength: 2 }), lists),
      more: mostly(rightLines, fc.oneof(lines, values)),
      choices: mostly(
        fc.array(fc.oneof(fc.record({ line: rightLines }), fc.record({ named })), {
          minLength: 1,
          maxLength: 2,
        }),
        fc.oneof(lists, fc.array(fc.record({ line: rightLines, named: lines }, { requiredKeys: [] }))),
      ),
      whenShort: mostly(fc.constant('skip')),
      seconds: mostly(fc.integer({ min: 10, max: 20 })),
      limit: mostly(fc.constantFrom(7, '7')),
      after: mostly(fc.constantFrom(0, '12')),
    },
    { requiredKeys: ['lines'] },
  ),
).chain((request) =>
  mostly(fc.constant(request), fc.constant(Object.assign({}, request, JSON.parse('{"constructor":1}')))),
);

describe('A request that is right', () => {
  it('is read at once as class-validator and class-transformer would read it, and any other is left to them', async () => {
    const explaining = new ExplainingPipe();
    let right = 0;
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const explained = (await explaining
          .transform(request, { type: 'body', metatype: Request })
          .catch(() => undefined)) as object | undefined;
        const plain = readPlain(Request, request);
        expect(plain).toEqual(explained);
        if (!plain || !explained) return;
        right++;
        expect(Object.getPrototypeOf(plain)).toBe(Object.getPrototypeOf(explained));
        expect((plain as Request).lines[0]).toBeInstanceOf(Line);
      }),
      { numRuns: 2_000 },
    );
    expect(right).toBeGreaterThan(100);
  });

  it('has a class whose rules are all made by our fields', () => {
    class Nothing {}
    expect([Request, Line, NamedLine, Choice].map(isPlain)).toEqual([true, true, true, true]);
    expect(isPlain(Nothing)).toBe(false);
  });
});
