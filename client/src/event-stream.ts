/** A message of a stream of server-sent events. */
export interface Message {
  readonly id: string | undefined;
  /** '' if it has none: then it only says where to go on. */
  readonly data: string;
  /** How long to wait before the next connection, if the message says so. */
  readonly retryMs: number | undefined;
}

/**
 * Puts messages together from the pieces in which they arrive, which may be cut anywhere, also within a character
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */
export class EventStreamParser {
  readonly #decoder = new TextDecoder();
  #text = '';
  #lines: string[] = [];

  /** @returns the messages that are whole with these bytes; what the stream breaks off in the middle of is never one */
  push(bytes: Uint8Array): Message[] {
    this.#text += this.#decoder.decode(bytes, { stream: true });
    // A carriage return at the end may be the first half of a line's end.
    const lines = this.#text.split(/\r\n|\n|\r(?!$)/);
    this.#text = lines.pop()!;
    const messages: Message[] = [];
    for (const line of lines) {
      if (line !== '') this.#lines.push(line);
      else if (this.#lines.length > 0) messages.push(messageOf(this.#lines.splice(0)));
    }
    return messages;
  }
}

function messageOf(lines: readonly string[]): Message {
  const fields = lines.map((line) => {
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line)!;
    return { name, value: value! };
  });
  const valuesOf = (field: string) => fields.filter(({ name }) => name === field).map(({ value }) => value);
  const retry = valuesOf('retry').findLast((value) => /^\d+$/.test(value));
  return {
    id: valuesOf('id').findLast((value) => !value.includes('\0')),
    data: valuesOf('data').join('\n'),
    retryMs: retry === undefined ? undefined : Number(retry),
  };
}
