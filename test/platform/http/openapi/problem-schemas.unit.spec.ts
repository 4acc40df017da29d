import { describe, expect, it } from '@jest/globals';
import {
  problemComponents,
  schemaOfProblems,
} from '../../../../src/platform/http/openapi/problem-schemas.js';
import type { ProblemDocument } from '../../../../src/platform/http/problems/problem.js';

const problem = (code: string, facts: object = {}, status = 409): ProblemDocument => ({
  type: `urn:earmark:problem:${code}`,
  title: code,
  status,
  detail: 'It does not fit.',
  instance: '/v1/shelves',
  help: `/problems/${code}`,
  ...facts,
});

const schemaOf = (...facts: object[]) =>
  (
    problemComponents(facts.map((each) => problem('too-full', each))) as Record<
      string,
      { required: string[]; properties: Record<string, object> }
    >
  ).TooFullProblem!;

describe('The schema of a problem', () => {
  it('requires the facts that all examples have, and allows those that some have', () => {
    const { required, properties } = schemaOf({ sku: 'LAMP', room: 3 }, { sku: 'RUG' });

    expect(required).toEqual(['type', 'title', 'status', 'detail', 'help', 'sku']);
    expect(properties).toMatchObject({
      sku: { type: 'string', example: 'LAMP' },
      room: { type: 'integer', example: 3 },
    });
  });

  it('allows null and several types if examples show them', () => {
    const { properties } = schemaOf({ day: null, version: 7 }, { day: '2026-09-01', version: '7-9b' });

    expect(properties.day).toEqual({ type: ['null', 'string'], example: '2026-09-01' });
    expect(properties.version).toEqual({ type: ['integer', 'string'], example: 7 });
  });

  it('describes the items of lists, of all examples together', () => {
    const { properties } = schemaOf(
      { lines: [{ sku: 'LAMP', earliest: null }] },
      { lines: [{ sku: 'RUG', earliest: '2026-09-01', late: true }] },
    );

    expect(properties.lines).toMatchObject({
      type: 'array',
      items: {
        type: 'object',
        required: ['sku', 'earliest'],
        properties: {
          sku: { type: 'string' },
          earliest: { type: ['null', 'string'] },
          late: { type: 'boolean' },
        },
      },
    });
  });

  it('has every status that the problem comes with', () => {
    const components = problemComponents([problem('gone', {}, 422), problem('gone', {}, 404)]);

    expect(components.GoneProblem).toMatchObject({ properties: { status: { enum: [404, 422] } } });
  });

  it.each([
    ['null alone', { day: null }, 'too-full.day'],
    ['an empty list alone', { lines: [] }, 'too-full.lines'],
  ])('cannot be made from %s', (_what, facts, where) => {
    expect(() => schemaOf(facts)).toThrow(where);
  });
});

describe('An answer with problems', () => {
  it('is one of them, each named once', () => {
    expect(schemaOfProblems([problem('too-full'), problem('too-full', { room: 3 })])).toEqual({
      $ref: '#/components/schemas/TooFullProblem',
    });
    expect(schemaOfProblems([problem('too-full'), problem('gone')])).toEqual({
      oneOf: [{ $ref: '#/components/schemas/TooFullProblem' }, { $ref: '#/components/schemas/GoneProblem' }],
    });
  });
});
