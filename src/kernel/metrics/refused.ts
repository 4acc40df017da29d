import { Logger } from '@nestjs/common';
import { REFUSED_BY, type Bound } from './bounds.js';
import { metrics } from './instruments.js';

const MINUTE_MS = 60_000;

/**
 * Counts what is refused, and logs it once a minute for each bound: refusals may be countless, and must not fill the
 * log.
 */
class Refusals {
  readonly #logger = new Logger('limits');
  readonly #counts = new Map<Bound, { since: number; count: number }>();

  /**
   * @param who is refused, e.g. an address or `key 0a1b…`
   * @param now milliseconds of `performance.now()`
   */
  note(bound: Bound, who: string, now = performance.now()): void {
    metrics.refused.add(1, { bound });
    const known = this.#counts.get(bound);
    if (known !== undefined && now - known.since < MINUTE_MS) {
      known.count++;
      return;
    }
    const before = known !== undefined && known.count > 0 ? `; ${known.count} more since the last line` : '';
    this.#counts.set(bound, { since: now, count: 0 });
    this.#logger.warn(`Refused by ${bound}: ${REFUSED_BY[bound]} (${who})${before}`);
  }
}

export const refusals = new Refusals();
