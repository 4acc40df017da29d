/** Leave to take something from the version before, since that one has stopped using it. */
export interface Leave {
  /** The release whose code was the first that did without it. */
  readonly unusedSince: string;
  /** The release that may take it away: a later one. */
  readonly release: string;
}

/** By `<schema> <name>` of the migration. Read docs/upgrades.md before you add one. */
export const ALLOWED: Readonly<Record<string, Leave>> = {};
