import type { ServerResponse } from 'node:http';
import { refusals } from '../../../kernel/metrics/refused.js';

/** The client has closed the connection, or does not read its answer. */
export class ClientGone extends Error {}

/** Writes an answer no faster than its client reads it. A client that does not read for too long is disconnected. */
export class AnswerWriter {
  /** @param limitMs in which the client must have read a part */
  constructor(
    private readonly response: ServerResponse,
    private readonly limitMs: number,
    private readonly caller: string,
  ) {}

  /**
   * Resolves once there is room for more.
   * @throws {ClientGone}
   */
  async write(text: string): Promise<void> {
    if (this.response.destroyed) throw new ClientGone();
    if (this.response.write(text)) return;
    await this.#untilRead();
    if (this.response.destroyed) throw new ClientGone();
  }

  #untilRead(): Promise<void> {
    const { response, limitMs, caller } = this;
    return new Promise((resolve) => {
      const tooLate = setTimeout(() => {
        refusals.note('answer-not-read', caller);
        response.req.socket.destroy();
      }, limitMs);
      const goOn = () => {
        clearTimeout(tooLate);
        response.off('drain', goOn).off('close', goOn);
        resolve();
      };
      response.on('drain', goOn).on('close', goOn);
    });
  }
}
