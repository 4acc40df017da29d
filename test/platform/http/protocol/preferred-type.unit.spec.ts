import { describe, expect, it } from '@jest/globals';
import { preferredType } from '../../../../src/platform/http/protocol/preferred-type.js';

const TYPES = ['text/html', 'application/json', 'text/markdown'] as const;

describe('The type that a client prefers', () => {
  it.each([
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['a client that accepts anything', '*/*', 'text/html'],
    ['a client that says nothing', undefined, 'text/html'],
    ['a client that sends an empty header', '', 'text/html'],
    ['a client that names JSON', 'application/json', 'application/json'],
    [
      'a library that names JSON and accepts the rest',
      'application/json, text/plain, */*',
      'application/json',
    ],
    ['a client of JSON in any form', 'application/*', 'application/json'],
    ['a client that would rather have JSON', 'text/html;q=0.5, application/json', 'application/json'],
    ['a client that names both', 'application/json, text/html', 'text/html'],
    ['a client that names Markdown', 'text/markdown', 'text/markdown'],
    ['a client of text that would rather not have HTML', 'text/*, text/html;q=0.1', 'text/markdown'],
    ['a client that does not want HTML', 'text/html;q=0, */*;q=0.1', 'application/json'],
    ['a client that wants something else', 'image/png', 'text/html'],
  ])('of %s is found', (_, accept, type) => {
    expect(preferredType(TYPES, accept)).toBe(type);
  });
});
