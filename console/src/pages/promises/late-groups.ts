import type { PromisedLineBody } from '@earmark/client';
import { latenessOf, type Lateness } from '../../data/lateness.js';

export const GROUPINGS = { order: 'By order', batch: 'By batch', supplier: 'By supplier' } as const;
export type Grouping = keyof typeof GROUPINGS;

export type LateLine = PromisedLineBody & Lateness;

export interface LateGroup {
  /** null: the batches have no supplier. */
  readonly name: string | null;
  /** The latest first. */
  readonly lines: readonly LateLine[];
  readonly units: number;
  /** The days of the latest line. */
  readonly worst: number;
}

/**
 * A line stands in the group of each batch that makes it late: those that come last of its claims, and those that are overdue.
 * @param supplierOf the supplier of a batch; null or undefined: it has none
 */
export function groupsOf(
  lines: readonly PromisedLineBody[],
  by: Grouping,
  today: string,
  supplierOf: (reference: string) => string | null | undefined,
): readonly LateGroup[] {
  const groups = new Map<string | null, LateLine[]>();
  for (const line of lines) {
    const names = by === 'order' ? [line.orderId] : lateBatches(line, today);
    const keys = by === 'supplier' ? names.map((reference) => supplierOf(reference) ?? null) : names;
    for (const key of new Set(keys)) {
      const group = groups.get(key) ?? [];
      group.push({ ...line, ...latenessOf(line, today) });
      groups.set(key, group);
    }
  }
  return [...groups]
    .map(([name, lines]) => ({
      name,
      lines: lines.toSorted((one, other) => other.days - one.days),
      units: lines.reduce((sum, { quantity }) => sum + quantity, 0),
      worst: Math.max(...lines.map(({ days }) => days)),
    }))
    .toSorted((one, other) => other.worst - one.worst || other.units - one.units);
}

/** The batches of a line for which it waits longest. */
export function lateBatches({ claims, overdue }: PromisedLineBody, today: string): readonly string[] {
  const isOverdue = (eta: string | null): boolean => eta !== null && eta < today;
  if (overdue) {
    const passed = claims.filter(({ eta }) => isOverdue(eta));
    if (passed.length > 0) return passed.map(({ batchReference }) => batchReference);
  }
  const last = claims.reduce((latest, { eta }) => (eta !== null && eta > latest ? eta : latest), '');
  return claims.filter(({ eta }) => (eta ?? '') === last).map(({ batchReference }) => batchReference);
}
