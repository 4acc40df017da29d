import { beforeAll, describe, expect, it } from '@jest/globals';
import { features } from '../support/features.js';
import type { Contract } from './contract.js';
import type { HasUpcaster } from './contract-changes.js';
import { contractsOfCode, declaredUpcasters } from './contracts-of-code.js';
import { checkContract } from './check-contract.js';

/** Set by `npm run contracts:accept`. */
const isAccepting = process.env.ACCEPT_CONTRACTS === 'yes';

const owners = [...(await features()), 'platform'];

describe('The published contract', () => {
  let code: Map<string, Contract>;
  let hasUpcaster: HasUpcaster;

  beforeAll(async () => {
    [code, hasUpcaster] = await Promise.all([contractsOfCode(), declaredUpcasters()]);
  });

  it.each(owners)('of %s is kept', async (feature) => {
    expect(await checkContract(feature, code.get(feature)!, { hasUpcaster, isAccepting })).toBe('');
  });

  it('of no two features has an event type in common', () => {
    const types = [...code.values()].flatMap(({ events }) => Object.keys(events));
    expect(types.filter((type, place) => types.indexOf(type) !== place)).toEqual([]);
  });
});
