import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '../../kernel/domain/errors.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { Subscriptions } from '../../kernel/subscriptions/subscriptions.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Batch, Draft } from '../domain/batch.js';
import { Batches } from '../domain/batches.js';
import { BlockedByParkedEvent } from '../domain/errors.js';
import type { BatchOnPaper } from '../queries/batch-answer.js';
import { datesOf } from '../../vocabulary/dates.js';

/** How long the handler waits until allocation has read a whole import. */
const PATIENCE_MS = 120_000;

interface BatchDraft extends Draft {
  readonly reference: string;
}

interface Done {
  readonly isNew: boolean;
  readonly isUpdated: boolean;
  readonly batch: BatchOnPaper;
}

type Result = Done | DomainError;

interface How {
  /** Whether a batch that exists is changed, as `ChangeBatch` does; otherwise it must have been registered with the same facts. */
  readonly update?: boolean;
  /** Whether no batch is registered after the first that is refused; there is no result for those. */
  readonly untilRefused?: boolean;
}

/** Register many batches in order, with one result for each; one rejected batch does not affect the others. Safe to repeat. */
export class RegisterBatches extends Command<readonly Result[]> {
  constructor(
    readonly batches: readonly BatchDraft[],
    readonly how: How = {},
  ) {
    super();
  }
}

/** Does not wait for one batch before the next, so that they share transactions and the wait for allocation (rule 9). */
@CommandHandler(RegisterBatches)
export class RegisterBatchesHandler implements ICommandHandler<RegisterBatches> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly batches: Batches,
    private readonly subscriptions: Subscriptions,
    private readonly calendar: Calendar,
  ) {}

  /** @throws {Busy} if allocation has not read them in time; what was registered stays registered */
  async execute({ batches, how }: RegisterBatches): Promise<Result[]> {
    // Allocation takes part in the transaction of a move (`BatchMoved`), so it has to know the batch by then.
    if (how.update && batches.some(({ location }) => location !== undefined)) {
      const skus = new Set(batches.map(({ sku }) => sku));
      await this.subscriptions.waitUntilAllCaughtUp([...skus], PATIENCE_MS);
    }
    const results = await this.#register(batches, how);
    const [newSkus, knownSkus] = [new Set<string>(), new Set<string>()];
    results.forEach((result, i) => {
      const { sku } = batches[i]!;
      if (!(result instanceof DomainError)) (result.isNew ? newSkus : knownSkus).add(sku);
    });
    // A batch that was known may have changed, now or before (rule 9).
    const [blockedNew, blockedKnown] = await Promise.all([
      this.subscriptions.waitUntilAllCaughtUp([...newSkus], PATIENCE_MS, ['BatchRegistered']),
      this.subscriptions.waitUntilAllCaughtUp([...knownSkus], PATIENCE_MS),
    ]);
    return results.map((result, i) => {
      if (result instanceof DomainError) return result;
      const { sku } = batches[i]!;
      const isBlocked = (result.isNew ? blockedNew : blockedKnown).has(sku);
      return isBlocked ? new BlockedByParkedEvent(sku) : result;
    });
  }

  async #register(
    batches: readonly BatchDraft[],
    { update = false, untilRefused = false }: How,
  ): Promise<Result[]> {
    const bySku = untilRefused ? undefined : placesBySku(batches);
    const order = bySku ?? batches.map((_, i) => i);
    const sorted = order.map((i) => batches[i]!);
    const outcomes = await this.unitOfWork.changeMany(
      this.batches,
      sorted.map(({ reference, ...draft }) => ({
        need: { reference },
        run: (batch: Batch) => registerOne(batch, draft, update),
      })),
      bySku ? { keys: sorted.map(({ sku }) => sku) } : { inOrder: true, untilRefused },
    );
    const { today } = this.calendar;
    const results = new Array<Result>(outcomes.length);
    outcomes.forEach((outcome, at) => {
      const isDone = !(outcome instanceof DomainError);
      results[order[at]!] = isDone
        ? { ...outcome, batch: { ...outcome.batch, ...datesOf(outcome.batch.eta, today) } }
        : outcome;
    });
    return results;
  }
}

/**
 * Where the batches of each SKU stand, in their order: a transaction that is about few products loads and writes few. Undefined
 * if a reference stands under two SKUs: only the first of them can have it.
 */
function placesBySku(batches: readonly BatchDraft[]): number[] | undefined {
  const skus = new Map<string, string>();
  const places = new Map<string, number[]>();
  for (const [i, { reference, sku }] of batches.entries()) {
    if ((skus.get(reference) ?? sku) !== sku) return undefined;
    skus.set(reference, sku);
    const its = places.get(sku);
    if (its) its.push(i);
    else places.set(sku, [i]);
  }
  return [...places.values()].flat();
}

function registerOne(batch: Batch, draft: Draft, update: boolean) {
  if (!update) {
    const isNew = batch.register({ ...draft, eta: draft.eta ?? null });
    return { isNew, isUpdated: false, batch: batch.snapshot() };
  }
  const done = batch.registerOrChange(draft);
  return { isNew: done === 'registered', isUpdated: done === 'changed', batch: batch.snapshot() };
}
