import { describe, expect, it } from '@jest/globals';
import { EventStreamParser, type Message } from '../../client/src/event-stream.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The messages in a stream that arrives in these pieces. */
function messagesIn(...pieces: readonly Uint8Array[]): Message[] {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

const STREAM = 'retry: 1000\nid: 41\n\n:\n\nid: 42\nevent: LineAllocated\ndata: {"sku":"Stühlchen 🪑"}\n\n';
const MESSAGES: Message[] = [
  { id: '41', data: '', retryMs: 1_000 },
  { id: '42', data: '{"sku":"Stühlchen 🪑"}', retryMs: undefined },
];

const withData = (messages: readonly Message[]) => messages.filter(({ id }) => id !== undefined);

describe('A stream of events', () => {
  it('has the same messages wherever it is cut, also within a character', () => {
    const whole = bytes(STREAM);
    for (let at = 0; at <= whole.length; at++)
      expect(withData(messagesIn(whole.subarray(0, at), whole.subarray(at)))).toEqual(MESSAGES);
    expect(withData(messagesIn(...[...whole].map((byte) => Uint8Array.of(byte))))).toEqual(MESSAGES);
  });

  it.each(['\r\n', '\r'])('has the same messages if lines end with %j', (end) => {
    const whole = bytes(STREAM.replaceAll('\n', end));
    for (let at = 0; at <= whole.length; at++) {
      const messages = withData(messagesIn(whole.subarray(0, at), whole.subarray(at), bytes(end)));
      expect(messages).toEqual(MESSAGES);
    }
  });

  it('has no message that it breaks off in', () => {
    expect(messagesIn(bytes('id: 42\ndata: {"sku"'))).toEqual([]);
    expect(messagesIn(bytes('id: 42\ndata: {}\n'))).toEqual([]);
  });

  it('may begin with a byte order mark', () => {
    expect(messagesIn(bytes('\ufeffid: 1\n\n'))).toMatchObject([{ id: '1' }]);
  });

  it('has the lines of data of a message together, and ignores what it does not know', () => {
    expect(messagesIn(bytes('data: one\ndata:  two\ndata\nfoo: bar\nretry: soon\n\n'))).toEqual([
      { id: undefined, data: 'one\n two\n', retryMs: undefined },
    ]);
  });
});
