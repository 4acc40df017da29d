import type { ContractChange } from './contract-changes.js';
import { snapshotOf } from './snapshots.js';

export const ACCEPT = 'npm run contracts:accept';

/** What is wrong with a feature's contract, in words for whoever changed it; empty where it is as it was promised. */
export function reportOf(feature: string, changes: readonly ContractChange[]): string {
  const breaking = changes.filter(({ breaks }) => breaks);
  if (breaking.length > 0) {
    return [
      `${feature} breaks what it has promised:`,
      ...breaking.map(
        ({ where, says, instead }) =>
          `  ${where} ${says}.\n    Instead: ${instead.replaceAll('<feature>', feature)}.`,
      ),
      `Where nobody relies on it any more, delete it from ${snapshotOf(feature)} by hand, in a commit that says so.`,
    ].join('\n');
  }
  if (changes.length === 0) return '';
  return [
    `${feature} promises something else than before, which breaks nobody:`,
    ...changes.map(({ where, says }) => `  ${where} ${says}.`),
    `To promise it from now on: ${ACCEPT}`,
  ].join('\n');
}
