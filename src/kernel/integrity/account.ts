import { DiscoveryService } from '@nestjs/core';

/** Marks a provider as an `Account`. */
export const IntegrityAccount = DiscoveryService.createDecorator();

/**
 * One way to know the figures of things: what is stored of them, or what they follow from. All accounts together are compared
 * in one snapshot, and say the same if everything is right.
 */
export interface Account {
  /** How differences name it. */
  readonly name: string;
  /** The figures that it knows. What it does not list has 0 of each. */
  readonly figures: readonly string[];
  /** The subscription that keeps it up to date; left out: it is written with the events. */
  readonly follows?: string;
  /** Whether it adds up all events: it is left out if some are no longer kept. */
  readonly needsWholeLog?: boolean;
  /**
   * Rows `(key, item, figures)` in the order of key and item by bytes: the key of the events of a thing, its name, and its
   * figures as JSON. `$1` is a key to select, or null.
   */
  readonly statement: string;
}

/** The figures of a thing, as an account has them. */
export interface AccountRow {
  readonly key: string;
  readonly item: string;
  readonly figures: Readonly<Record<string, number>>;
}

/** A figure of which not all accounts say the same. */
export interface Difference {
  readonly key: string;
  readonly item: string;
  readonly figure: string;
  /** By the name of the account. */
  readonly values: Readonly<Record<string, number>>;
}
