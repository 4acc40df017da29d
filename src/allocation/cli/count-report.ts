import { figure, table } from '../../platform/cli/print.js';
import type { BatchCounted } from '../commands/count-location.js';

/** A batch that holds stock and that the file has no number for. */
export interface Uncounted {
  readonly batchReference: string;
  readonly sku: string;
  readonly onHand: number;
}

/** Batches without a number that are named. */
const MOST_NAMED = 20;

/** What a count of a location has found: the batches of which another number of units is there. */
export class CountReport {
  /** Of counts that are new, and differ. */
  readonly variances: BatchCounted[] = [];
  /** Batches whose counts are new. */
  batches = 0;
  found = 0;
  missing = 0;
  readonly #sums = { onHand: 0, expected: 0, counted: 0, after: 0 };
  readonly #lines = { moved: 0, lost: 0, served: 0 };

  add(count: BatchCounted): void {
    if (!count.isNew) return;
    const { variance, expected, counted, onHand, lines } = count;
    this.batches++;
    this.#sums.onHand += onHand - variance;
    this.#sums.expected += expected;
    this.#sums.counted += counted;
    this.#sums.after += onHand;
    this.#lines.moved += lines?.moved ?? 0;
    this.#lines.lost += lines?.lost ?? 0;
    this.#lines.served += lines?.served ?? 0;
    if (variance === 0) return;
    this.variances.push(count);
    if (variance > 0) this.found += variance;
    else this.missing -= variance;
  }

  /** The variances as JSON has them. */
  get json() {
    const { batches, found, missing, variances } = this;
    return {
      batches,
      found,
      missing,
      variances: variances.map(({ isNew: _, onHand, ...rest }) => ({
        ...rest,
        onHand: onHand - rest.variance,
        onHandAfter: onHand,
      })),
    };
  }

  /** @param isPreview nothing was written */
  format(isPreview: boolean): string {
    const { batches, variances, found, missing } = this;
    if (batches === 0) return 'No batch was counted.';
    if (variances.length === 0) return `All of ${plural(batches, 'batch', 'batches')} agree with the books.`;
    const { onHand, expected, counted, after } = this.#sums;
    const rows = variances.map((count) => [
      ...[count.batchReference, count.sku, count.onHand - count.variance],
      ...[count.expected, count.counted, count.variance, count.onHand],
    ]);
    const sums = ['all counted batches', '', onHand, expected, counted, found - missing, after];
    const then = isPreview ? 'would be' : 'is now';
    const header = ['batch', 'sku', 'on hand', 'expected', 'counted', 'variance', then];
    const differ = `${figure(variances.length)} of ${plural(batches, 'batch', 'batches')} ${
      variances.length === 1 ? 'differs' : 'differ'
    }: ${plural(found, 'unit', 'units')} found, ${figure(missing)} missing.`;
    return [table(header, [...rows, sums]), '', differ, ...this.#affected(isPreview)].join('\n');
  }

  #affected(isPreview: boolean): string[] {
    const { moved, lost, served } = this.#lines;
    if (!isPreview || moved + lost + served === 0) return [];
    return [
      `Order lines: ${figure(moved)} would move to other batches, ${figure(lost)} would lose their units, ` +
        `${figure(served)} that are waiting would get units.`,
    ];
  }
}

/** The batches that the file has no number for, the first of them by name. */
export function formatUncounted(uncounted: readonly Uncounted[]): string {
  const units = uncounted.reduce((sum, { onHand }) => sum + onHand, 0);
  const named = uncounted.slice(0, MOST_NAMED);
  const rows = named.map(({ batchReference, sku, onHand }) => [batchReference, sku, onHand]);
  const more = uncounted.length - named.length;
  return [
    `${plural(uncounted.length, 'batch', 'batches')} with ${plural(units, 'unit', 'units')} on hand ` +
      `${uncounted.length === 1 ? 'has' : 'have'} no number in the file:`,
    table(['batch', 'sku', 'on hand'], rows),
    ...(more > 0 ? [`and ${figure(more)} more, which --json lists`] : []),
  ].join('\n');
}

function plural(count: number, one: string, many: string): string {
  return `${figure(count)} ${count === 1 ? one : many}`;
}
