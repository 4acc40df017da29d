/** A message of a stream of server-sent events. */
export interface StreamMessage {
  /** null if it has none. */
  readonly id: string | null;
  /** Empty if it has none. */
  readonly data: string;
}

/**
 * The messages of a stream of server-sent events: a field on each line, an empty line at the end of a message. What is
 * incomplete when the stream ends is dropped.
 */
export async function* messagesIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamMessage> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    const messages = text.split('\n\n');
    text = messages.pop()!;
    yield* messages.map(messageOf);
  }
}

function messageOf(message: string): StreamMessage {
  const valuesOf = (field: string) =>
    message
      .split('\n')
      .filter((line) => line.startsWith(`${field}:`))
      .map((line) => line.slice(field.length + 1).replace(/^ /, ''));
  return { id: valuesOf('id').at(-1) ?? null, data: valuesOf('data').join('\n') };
}
