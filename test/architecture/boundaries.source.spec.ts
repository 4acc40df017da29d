import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ICruiseResult } from 'dependency-cruiser';
import { cruise, cruiseTree, project } from './cruise.js';
import { houseInOrder, plantedViolations, type Tree } from './planted-violations.js';

const plants = Object.values(plantedViolations).flatMap((plantsOfRule) => Object.values(plantsOfRule));
const culprits = plants.reduce((tree, plant) => ({ ...tree, ...plant }));

/** `rule: file → what it reaches`; `npm run boundaries` adds what to do instead. */
const violations = ({ summary }: ICruiseResult): string[] =>
  summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);

/** The one rule that blames a folder, and not a file. */
const OF_FOLDERS = 'no-folder-cycles';

const hasFilesIn = (plant: Tree, folder: string): boolean =>
  Object.keys(plant).some((file) => file.startsWith(`${folder}/`));

describe('The boundaries', () => {
  let ours: ICruiseResult;
  let inOrder: ICruiseResult;
  let planted: ICruiseResult;

  beforeAll(async () => {
    [ours, inOrder, planted] = await Promise.all([
      cruise(project),
      cruiseTree(houseInOrder),
      cruiseTree({ ...houseInOrder, ...culprits }),
    ]);
  });

  const rulesBrokenIn = (plant: Tree): string[] =>
    planted.summary.violations
      .filter(({ from, rule }) => (rule.name === OF_FOLDERS ? hasFilesIn(plant, from) : from in plant))
      .map(({ rule }) => rule.name);

  it('are kept by this project', () => {
    expect(violations(ours)).toEqual([]);
  });

  it('let two features be built as the design asks', () => {
    expect(violations(inOrder)).toEqual([]);
  });

  describe.each(Object.entries(plantedViolations))('with the rule %s catch', (rule, plantsOfRule) => {
    it.each(Object.entries(plantsOfRule))('%s', (_what, plant) => {
      expect(rulesBrokenIn(plant)).toContain(rule);
    });
  });

  it('report only the files that break a rule', () => {
    const blamed = planted.summary.violations.filter(({ rule }) => rule.name !== OF_FOLDERS);
    expect(blamed.map(({ from }) => from).filter((file) => !(file in culprits))).toEqual([]);
  });

  it('consist of rules that each catch a planted violation', () => {
    const rules = ours.summary.ruleSetUsed?.forbidden ?? [];
    expect(rules.map(({ name }) => name).sort()).toEqual(Object.keys(plantedViolations).sort());
  });

  it('consist of rules that stop the build and say what to do instead', () => {
    for (const rule of ours.summary.ruleSetUsed?.forbidden ?? []) {
      expect(rule).toMatchObject({ severity: 'error', comment: expect.stringMatching(/\. Instead: \w/) });
    }
  });
});
