import { describe, expect, it } from '@jest/globals';
import { rulesPage } from '../../tools/docgen/rules-page.js';

const FEATURE = `
Feature: A ship that is late
  Ships are late. A customer who was told a day
  wants to know of the new one.

  Background: the usual stock
    Given 5 CHAIR are in the warehouse

  Scenario: The date moves
    Given these batches:
      | batch | arrives    |
      | PO-1  | 2027-01-31 |
      | PO\\|2 |            |
    When PO-1 comes on 2027-02-28
    Then the mail says
      """
      Dear buyers,

      late.
      """
    * nothing else happens

  Rule: A line stays where it is
    Moving it would break another promise.

    Scenario Outline: However late
      Then <line> stays

      Examples: by a day or two
        | line    |
        | order-1 |
        | order-2 |
`;

const PAGE = `# The rules

What the service guarantees, and why. The code refers to the numbered rules. Each case is a test.

- [A ship that is late](#a-ship-that-is-late)

## A ship that is late

Ships are late. A customer who was told a day
wants to know of the new one.

**the usual stock**

- Given 5 CHAIR are in the warehouse

**The date moves**

- Given these batches:

  | batch | arrives |
  |---|---|
  | PO-1 | 2027-01-31 |
  | PO\\|2 |  |

- When PO-1 comes on 2027-02-28
- Then the mail says

  \`\`\`
  Dear buyers,

  late.
  \`\`\`

- nothing else happens

### A line stays where it is

Moving it would break another promise.

**However late**

- Then _line_ stays

by a day or two

| line |
|---|
| order-1 |
| order-2 |

From [late.feature](../test/specification/late.feature).
`;

describe('The page of the rules', () => {
  it('shows each rule with its reason and its cases, step by step', () => {
    const page = rulesPage([{ path: 'test/specification/late.feature', text: FEATURE }]);

    expect(page.slice(page.indexOf('# The rules'))).toBe(PAGE);
  });

  it('lists the rules in the order of their files', () => {
    const page = rulesPage(
      ['first', 'second'].map((name) => ({ path: `${name}.feature`, text: `Feature: The ${name}` })),
    );

    expect(page).toContain('- [The first](#the-first)\n- [The second](#the-second)\n');
  });

  it('is not made from invalid Gherkin', () => {
    expect(() => rulesPage([{ path: 'x.feature', text: 'Once upon a time' }])).toThrow('expected');
  });
});
