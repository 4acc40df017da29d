import { describe, expect, it } from '@jest/globals';
import { messagesIn, type StreamMessage } from '../../../../src/platform/cli/rest/event-stream.js';

async function read(...chunks: (string | Uint8Array)[]): Promise<StreamMessage[]> {
  async function* body() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
    await Promise.resolve();
  }
  const messages: StreamMessage[] = [];
  for await (const message of messagesIn(body())) messages.push(message);
  return messages;
}

describe('A stream of events', () => {
  it('is read message by message, however it is cut', async () => {
    const text =
      'retry: 1000\nid: 41\n\nid: 42\nevent: LineAllocated\ndata: {"a":\ndata: "ä"}\n\n: alive\n\n';
    const bytes = new TextEncoder().encode(text);
    const whole = [
      { id: '41', data: '' },
      { id: '42', data: '{"a":\n"ä"}' },
      { id: null, data: '' },
    ];

    expect(await read(text)).toEqual(whole);
    expect(await read(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  it('drops a message that is incomplete at its end', async () => {
    expect(await read('id: 1\ndata: {}\n\nid: 2\ndata: {')).toEqual([{ id: '1', data: '{}' }]);
  });
});
