import { Logger } from '@nestjs/common';
import { measured } from './instruments.js';

const MINUTE_MS = 60_000;

/** What is refused to protect other callers, by the bound that was reached; docs/operations.md explains each. */
export const REFUSED_BY = {
  connections: 'all connections are taken',
  'connections-per-address': 'one address has as many connections as it may have',
  'requests-ahead': 'too many requests were sent ahead, before the answers to those before them',
  'answer-not-read': 'an answer was not read in time',
  'reads-per-caller': 'one caller has as many reads under way as it may have',
  'costly-reads': 'too many costly reads wait already',
  'writes-per-caller': 'one caller has as many writes under way as it may have',
  feeds: 'too many live feeds are open',
  'feeds-per-caller': 'one caller has as many live feeds as it may have',
  'failed-tries': 'one caller asks again and again for what it may not have or what does not exist',
} as const;

export type Bound = keyof typeof REFUSED_BY;

/**
 * Counts what is refused, and says so in the log, once a minute for each bound: whoever is refused is often beyond
 * counting, and a line for each would be one more thing that they can fill.
 */
class Refused {
  readonly #logger = new Logger('limits');
  readonly #counts = new Map<Bound, { since: number; count: number }>();

  /**
   * @param who is refused, e.g. an address or `key 0a1b…`
   * @param now milliseconds of `performance.now()`
   */
  note(bound: Bound, who: string, now = performance.now()): void {
    measured.refused.add(1, { bound });
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

export const refused = new Refused();
