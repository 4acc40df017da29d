import { project } from '../architecture/cruise.js';
import type { Contract } from './contract.js';
import { contractChanges, type HasUpcaster } from './contract-changes.js';
import { promise, promisedBy, renewed } from './snapshots.js';
import { reportOf } from './report.js';

interface Circumstances {
  readonly hasUpcaster: HasUpcaster;
  /** Whether what breaks nobody is to be promised from now on. */
  readonly isAccepting: boolean;
  /** Of the project. */
  readonly root?: string;
}

/** Compares what a feature promised with what its code does; what is wrong, in words, and nothing where all is well. */
export async function checkContract(
  feature: string,
  code: Contract,
  { hasUpcaster, isAccepting, root = project }: Circumstances,
): Promise<string> {
  const promised = await promisedBy(feature, root);
  const changes = contractChanges(promised, code, hasUpcaster);
  if (!isAccepting || changes.some(({ breaks }) => breaks)) return reportOf(feature, changes);
  await promise(feature, renewed(promised, code), root);
  return '';
}
