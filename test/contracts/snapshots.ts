import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { project } from '../architecture/cruise.js';
import { NOTHING, type Contract } from './contract.js';
import { formatted } from '../../tools/docgen/formatted.js';
import { sorted } from '../../tools/docgen/schema.js';

/** Where a feature's promise stands. */
export const snapshotOf = (feature: string) => `test/contracts/snapshots/${feature}.json`;

/** What a feature has promised; nothing where there is no snapshot yet. */
export async function promisedBy(feature: string, root = project): Promise<Contract> {
  try {
    return JSON.parse(await readFile(join(root, snapshotOf(feature)), 'utf8')) as Contract;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING;
    throw error;
  }
}

/** The promise from now on: the contract of the code, and every version of its events that was ever promised. */
export function renewed(promised: Contract, code: Contract): Contract {
  return { ...code, events: sorted(code.events, (event, type) => ({ ...promised.events[type], ...event })) };
}

export async function promise(feature: string, contract: Contract, root = project): Promise<void> {
  const file = snapshotOf(feature);
  await writeFile(join(root, file), await formatted(file, JSON.stringify(contract)));
}
