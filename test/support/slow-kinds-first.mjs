import Sequencer from '@jest/test-sequencer';

const KINDS = ['property', 'int', 'e2e', 'http', 'source', 'unit'];
const kindOf = ({ path }) => KINDS.indexOf(/\.(\w+)\.spec\.ts$/.exec(path)?.[1]);

/**
 * Begins with the kinds of specs that take longest, where Jest does not know yet how long each takes, as in a fresh clone: a
 * long one that began last would keep one processor waiting. Most of the scenarios of the specification wait, in one file.
 */
export default class SlowKindsFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted;
    const rank = (test) => (test.path.endsWith('specification.int.spec.ts') ? -1 : kindOf(test));
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
