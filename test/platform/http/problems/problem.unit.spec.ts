import { HttpException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Busy, VersionMismatch } from '../../../../src/kernel/domain/errors.js';
import {
  Problem,
  problemDocument,
  problemOf,
  titleOf,
} from '../../../../src/platform/http/problems/problem.js';
import { ShelfFull, UnknownShelf, UnknownThing } from '../probe.js';

const FAULT = { status: 500, code: 'internal-error', message: 'An internal error occurred.' };

describe('A problem is made of an error', () => {
  it('that is one already', () => {
    const problem = new Problem(409, 'taken', 'It is taken.');
    expect(problemOf(problem)).toBe(problem);
  });

  it.each([
    [new ShelfFull('A-1', 3), { status: 409, code: 'shelf-full', facts: { reference: 'A-1', room: 3 } }],
    [new UnknownShelf('None.'), { status: 404, code: 'unknown-shelf', message: 'None.', headers: {} }],
    [new UnknownThing('None.'), { status: 422, code: 'unknown-sku' }],
    [new Busy('Wait.'), { status: 503, code: 'busy', headers: { 'retry-after': '1' } }],
  ])('with the status of its kind: %s', (error, problem) => {
    expect(problemOf(error)).toMatchObject(problem);
  });

  it.each(['57014', '40001', '08006', 'ECONNREFUSED'])(
    'as a transient one if the database is in trouble: %s',
    (code) => {
      const problem = problemOf(Object.assign(new Error('secret'), { code }));
      expect(problem).toMatchObject({ status: 503, code: 'busy', headers: { 'retry-after': '1' } });
      expect(problem.message).not.toContain('secret');
    },
  );

  it.each([
    [
      new HttpException('secret', 404),
      { status: 404, code: 'not-found', message: 'There is nothing at this URL.' },
    ],
    [new HttpException('secret', 503), { status: 503, code: 'unavailable', headers: {} }],
    [Object.assign(new Error('secret'), { statusCode: 413 }), { status: 413, code: 'payload-too-large' }],
  ])('of the framework, in our words: %s', (error, problem) => {
    expect(problemOf(error)).toMatchObject(problem);
  });

  it.each([
    new Error('secret'),
    Object.assign(new Error('secret'), { code: '23505' }),
    new HttpException('secret', 418),
    Object.assign(new Error('secret'), { statusCode: 503 }),
    Object.assign(new Error('secret'), { statusCode: '404' }),
    { statusCode: 404 },
    'secret',
    null,
    undefined,
  ])('as an internal error that shows nothing if it is unknown: %p', (error) => {
    expect(problemOf(error)).toMatchObject(FAULT);
  });
});

describe('A problem document', () => {
  it('names the path of the request, and no fact replaces a standard member', () => {
    const facts = { status: 'not a status', room: 3 };
    expect(problemDocument(new Problem(409, 'shelf-full', 'Full.', facts), '/v1/shelves?sku=A?B')).toEqual({
      type: 'urn:earmark:problem:shelf-full',
      title: 'Shelf full',
      status: 409,
      detail: 'Full.',
      instance: '/v1/shelves',
      help: '/problems/shelf-full',
      room: 3,
    });
  });

  it.each([
    ['/v1/batches/%', '/v1/batches/%25'],
    ['/v1/batches/%zz%4', '/v1/batches/%25zz%254'],
    ['/v1/batches/%2F%c3%a9', '/v1/batches/%2F%c3%a9'],
    ['/v1/a b', '/v1/a%20b'],
    ['/v1/[x]|\\^`{}<>"', '/v1/%5Bx%5D%7C%5C%5E%60%7B%7D%3C%3E%22'],
    ['/v1/caf\xc3\xa9', '/v1/caf%C3%A9'],
    ['/v1/\u65e5', '/v1/%E6%97%A5'],
    ['/v1/x#y?z', '/v1/x'],
    ['//evil.example/x', '/.//evil.example/x'],
    ['//', '/.//'],
    ['http://user:secret@earmark.example/v1/x?y', '/v1/x'],
    ['http://earmark.example', ''],
    ['*', '*'],
    ["/v1/a:b@c;d=e,f!$&'()*+~_.-", "/v1/a:b@c;d=e,f!$&'()*+~_.-"],
  ])('names the path %s as the URI reference %s', (url, instance) => {
    expect(problemDocument(new Problem(404, 'not-found', 'None.'), url).instance).toBe(instance);
  });

  it('has the current version as ETag after a version mismatch', () => {
    expect(problemOf(new VersionMismatch([6], 7)).headers).toEqual({ etag: '"7"' });
  });

  it('names no path if the request could not be read that far', () => {
    expect(problemDocument(new Problem(400, 'bad-request', 'Bad.'))).not.toHaveProperty('instance');
  });

  it.each([
    ['out-of-stock', 'Out of stock'],
    ['unknown-sku', 'Unknown SKU'],
    ['uri-too-long', 'URI too long'],
    ['malformed-json', 'Malformed JSON'],
  ])('has a title for people: %s', (code, title) => {
    expect(titleOf(code)).toBe(title);
  });
});
