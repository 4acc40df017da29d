import Sequencer from '@jest/test-sequencer';

const KINDS = ['int', 'e2e', 'property', 'http', 'source', 'unit'];
/** These take a minute each. */
const SLOWEST = [
  'system/process/package.int',
  'specification/specification.int',
  'system/database/database-faults.e2e',
  'console/service.e2e',
  'system/database/silent-database.e2e',
  'system/access/own-role.e2e',
];
const kindOf = ({ path }) => KINDS.indexOf(/\.(\w+)\.spec\.ts$/.exec(path)?.[1]);

/**
 * Begins with the specs that take longest, where Jest does not know yet how long each takes, as in a fresh clone: a long one that
 * began last would keep one processor waiting.
 */
export default class SlowestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted;
    const rank = (test) => {
      const place = SLOWEST.findIndex((name) => test.path.endsWith(`test/${name}.spec.ts`));
      return place >= 0 ? place : SLOWEST.length + kindOf(test);
    };
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
