import { describe, expect, it } from '@jest/globals';
import { Steps, type Scene } from './gherkin.js';

/** Remembers what was done in it. */
class Diary implements Scene {
  readonly entries: string[] = [];

  whenBegins(): Promise<void> {
    this.entries.push('—');
    return Promise.resolve();
  }

  end(): Promise<void> {
    this.entries.push('end');
    return Promise.resolve();
  }
}

const FEATURE = `Feature: Orders
  A reason.

  Background:
    Given 10 TABLE are there

  Scenario: One asks
    When order-7 asks for 4 TABLE
    And order-8 asks for 6 TABLE
    Then these are promised:
      | order   | units |
      | order-7 | 4     |

  Rule: Some are refused
    Scenario Outline: Others ask
      When order-7 asks for <units> TABLE
      Then <outcome>

      Examples:
        | units | outcome       |
        | 11    | it is refused |
        | 10    | it is done    |
`;

const steps = () =>
  new Steps<Diary>({ units: '\\d+' })
    .on('{units} {sku} are there', (diary, { units, sku }) => diary.entries.push(`have ${units} ${sku}`))
    .on('{order} asks for {units} {sku}', (diary, { order, units }) =>
      diary.entries.push(`${order} ${units}`),
    )
    .on('these are promised:', (diary, _, rows) => diary.entries.push(JSON.stringify(rows)))
    .on('it is refused', (diary) => diary.entries.push('refused'));

function read(its: Steps<Diary>) {
  const diary = new Diary();
  const { scenarios } = its.read('orders.feature', FEATURE, () => Promise.resolve(diary));
  return { diary, scenarios, named: (part: string) => scenarios.find(({ title }) => title.includes(part))! };
}

describe('A feature', () => {
  it('has its scenarios and each example, named by its own values', () => {
    const { scenarios } = read(steps());
    expect(scenarios.map(({ title }) => title)).toEqual([
      'One asks',
      'Others ask: order-7 asks for 11 TABLE; it is refused',
      'Others ask: order-7 asks for 10 TABLE; it is done',
    ]);
  });

  it('is played from its background on, with facts and tables, and marks the first When', async () => {
    const { diary, named } = read(steps());
    await named('One asks').play();
    expect(diary.entries).toEqual([
      'have 10 TABLE',
      '—',
      'order-7 4',
      'order-8 6',
      '[{"order":"order-7","units":"4"}]',
      'end',
    ]);
  });

  it('binds the steps of each example, also under a rule', async () => {
    const { diary, named } = read(steps());
    await named('it is refused').play();
    expect(diary.entries).toEqual(['have 10 TABLE', '—', 'order-7 11', 'refused', 'end']);
  });

  it('rejects a sentence that no step matches, and names it', async () => {
    const { diary, named } = read(steps());
    await expect(named('it is done').play()).rejects.toThrow(
      /^Then it is done\n {2}\(test\/specification\/orders\.feature:17\)\n\nNo step says what this does\.$/,
    );
    expect(diary.entries).toEqual([]);
  });

  it('rejects a sentence that several steps match, and names it', async () => {
    const { diary, named } = read(steps().on('it is {outcome}', () => undefined));
    await expect(named('it is refused').play()).rejects.toThrow(
      'Several steps could be meant:\n  it is refused\n  it is {outcome}',
    );
    expect(diary.entries).toEqual([]);
  });

  it('fails with the sentence that does not hold', async () => {
    const its = steps().on('it is done', () => {
      throw new Error('It was not.');
    });
    await expect(read(its).named('it is done').play()).rejects.toThrow(
      /^Then it is done\n.*:17\)\n\nIt was not\.$/,
    );
  });

  it('is rejected if a scenario has no Then', () => {
    const endless = FEATURE.slice(0, FEATURE.indexOf('    Then these'));
    const read = () => steps().read('orders.feature', endless, () => Promise.resolve(new Diary()));
    expect(read).toThrow('orders.feature: "One asks" does not end with a Then.');
  });

  it('lists the steps that no sentence uses', () => {
    const its = steps().on('{order} is cancelled', () => undefined);
    read(its);
    expect(its.unused).toEqual(['{order} is cancelled']);
  });
});
