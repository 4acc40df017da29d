import { DomainError } from '../../kernel/domain/errors.js';
import type { Application } from '../../platform/cli/application-runner.js';
import type { RowResult } from '../../platform/cli/import/import-rows.js';
import { CountLocation, countIdOf, type LocationCount } from '../commands/count-location.js';
import { BatchElsewhere, CountedTwice } from '../domain/count-errors.js';
import { ExportStockOfLocation } from '../queries/export-stock-of-location.js';
import { FindWrittenCounts } from '../queries/find-written-counts.js';
import type { CountRow } from './count-file.js';
import { CountReport, type Uncounted } from './count-report.js';

/** What is counted, and how it is posted. */
export interface CycleTerms {
  readonly count: string;
  readonly location: string;
  readonly isPreview: boolean;
  /** For rows without a note. */
  readonly reason: string | undefined;
}

/** Batches that are counted as 0 in one call. */
const PORTION = 500;
const NOT_FOUND = 'missing from the count';

/** Posts the rows of a count of a location, or shows what they would do, and knows which batches they leave out. */
export class CycleCount {
  readonly report = new CountReport();
  readonly #counted = new Set<string>();

  constructor(
    private readonly application: Application,
    private readonly terms: CycleTerms,
  ) {}

  /** See `SubmitRows`. */
  async submit(rows: readonly CountRow[]): Promise<readonly RowResult[]> {
    const { location, reason } = this.terms;
    const isHere = rows.map((row) => row.location === undefined || row.location === location);
    const counts = rows
      .filter((_, i) => isHere[i])
      .map(({ reference, sku, counted, expected, note }) => {
        const named = { batchReference: reference, sku };
        return { ...named, counted: counted!, expected: expected ?? undefined, reason: note ?? reason };
      });
    const results = (await this.#count(counts)).values();
    return rows.map((row, i) => {
      if (!isHere[i]) return new BatchElsewhere(row.reference ?? row.sku ?? '', row.location!, location);
      const result = results.next().value!;
      if (result instanceof DomainError) return result;
      const { batchReference } = result;
      if (this.#counted.has(batchReference)) return new CountedTwice(batchReference);
      this.#counted.add(batchReference);
      this.report.add(result);
      return result;
    });
  }

  /** Batches of the location that hold stock and were not counted under this name, now or before. */
  async listUncounted(): Promise<Uncounted[]> {
    const { queries, signal } = this.application;
    const { count, location } = this.terms;
    const uncounted: Uncounted[] = [];
    for await (const rows of await queries.execute(new ExportStockOfLocation(location))) {
      if (signal.aborted) break;
      const left = rows.filter(({ batchReference }) => !this.#counted.has(batchReference));
      const ids = left.map(({ batchReference }) => countIdOf(count, batchReference));
      const written = left.length > 0 ? await queries.execute(new FindWrittenCounts(ids)) : new Set();
      uncounted.push(...left.filter((_, i) => !written.has(ids[i]!)));
    }
    return uncounted.map(({ batchReference, sku, onHand }) => ({ batchReference, sku, onHand }));
  }

  /**
   * Counts batches as 0: what moves meanwhile stays.
   * @param refused is called with why one of them cannot be
   * @returns those that were not counted
   */
  async countAsZero(
    batches: readonly Uncounted[],
    refused: (refusal: DomainError) => void,
  ): Promise<Uncounted[]> {
    const { reason = NOT_FOUND } = this.terms;
    const left: Uncounted[] = [];
    for (let at = 0; at < batches.length; at += PORTION) {
      const portion = batches.slice(at, at + PORTION);
      if (this.application.signal.aborted) {
        left.push(...batches.slice(at));
        break;
      }
      const results = await this.#count(
        portion.map(({ onHand, ...batch }) => ({ ...batch, counted: 0, expected: onHand, reason })),
      );
      results.forEach((result, i) => {
        if (!(result instanceof DomainError)) return this.report.add(result);
        refused(result);
        left.push(portion[i]!);
      });
    }
    return left;
  }

  #count(counts: readonly LocationCount[]) {
    const { count, location, isPreview } = this.terms;
    return this.application.commands.execute(new CountLocation(count, location, counts, isPreview));
  }
}
