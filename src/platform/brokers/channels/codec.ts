import { InvalidMessage } from './message-schema.js';

/** Encodes a body to bytes and back. */
export interface Codec {
  readonly contentType: string;
  encode(body: object): Buffer;
  /** @throws {InvalidMessage} */
  decode(bytes: Uint8Array): unknown;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

export const json: Codec = {
  contentType: 'application/json',
  encode: (body) => Buffer.from(JSON.stringify(body)),
  decode(bytes) {
    try {
      return JSON.parse(utf8.decode(bytes)) as unknown;
    } catch (error) {
      throw new InvalidMessage(
        `The body is not JSON: ${error instanceof SyntaxError ? error.message : 'it is not UTF-8'}.`,
      );
    }
  },
};
