import { describe, expect, it } from '@jest/globals';
import { lastEventId, prefersFeed } from '../../../../src/platform/http/protocol/feed-request.js';
import { ValidationFailed } from '../../../../src/platform/http/problems/problem.js';

describe('A request for events', () => {
  it.each([
    'text/event-stream',
    'Text/Event-Stream; q=0.5',
    'text/event-stream, */*',
    'text/event-stream, */*;q=0.1',
    'application/json;q=0.5, text/event-stream',
    'text/html, application/*;q=0.8, text/event-stream;q=0.8',
  ])('gets the live feed if it prefers that: %s', (accept) => {
    expect(prefersFeed(accept)).toBe(true);
  });

  it.each([
    undefined,
    '',
    '*/*',
    'text/*',
    'application/json',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'application/json, text/event-stream',
    'text/event-stream, application/json',
    'text/event-stream, application/json;q=1',
    'application/json, text/event-stream;q=0.9',
    '*/*, text/event-stream;q=0.9',
    'text/event-stream;q=0',
    'text/event-stream;q=high',
  ])('gets JSON otherwise: %s', (accept) => {
    expect(prefersFeed(accept)).toBe(false);
  });

  it.each([
    [undefined, undefined],
    ['0', 0],
    ['42', 42],
  ])('continues after the event that it names: %s', (header, position) => {
    expect(lastEventId(header)).toBe(position);
  });

  it.each(['', 'x', '-1', '1.5', '1e3', ' 1', '0x10', '9007199254740992', '1, 2'])(
    'is rejected if its Last-Event-ID is no position: %j',
    (header) => {
      expect(() => lastEventId(header)).toThrow(ValidationFailed);
    },
  );
});
