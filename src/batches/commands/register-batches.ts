import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '../../kernel/domain/errors.js';
import { Subscriptions } from '../../kernel/subscriptions/subscriptions.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Batch, Draft } from '../domain/batch.js';
import { Batches } from '../domain/batches.js';
import { BlockedByParkedEvent, RepeatedBatch } from '../domain/errors.js';

/** How long the handler waits until allocation has read a whole import. */
const PATIENCE_MS = 120_000;

interface BatchDraft extends Draft {
  readonly reference: string;
}

interface Done {
  readonly isNew: boolean;
  readonly isUpdated: boolean;
}

type Result = Done | DomainError;

/**
 * Register many batches in order, with one result for each; one rejected batch does not affect the others. A second batch
 * under the same reference is refused, even if both are the same: they may be meant as one or as two. With `update`, a
 * batch that exists is changed, as `ChangeBatch` does; without it, it must have been registered with the same facts.
 */
export class RegisterBatches extends Command<readonly Result[]> {
  constructor(
    readonly batches: readonly BatchDraft[],
    readonly update = false,
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
  ) {}

  /** @throws {Busy} if allocation has not read them in time; what was registered stays registered */
  async execute({ batches, update }: RegisterBatches): Promise<Result[]> {
    // Allocation takes part in the transaction of a move (`BatchMoved`), so it has to know the batch by then.
    if (update && batches.some(({ location }) => location !== undefined)) {
      const skus = new Set(batches.map(({ sku }) => sku));
      await this.subscriptions.waitUntilAllCaughtUp([...skus], PATIENCE_MS);
    }
    const results = await this.#register(batches, update);
    const [newSkus, knownSkus] = [new Set<string>(), new Set<string>()];
    batches.forEach(({ sku }, i) => {
      const result = results[i]!;
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

  async #register(batches: readonly BatchDraft[], update: boolean): Promise<Result[]> {
    const results = new Array<Result>(batches.length);
    const first = new Map<string, number>();
    batches.forEach(({ reference }, i) => {
      if (first.has(reference)) results[i] = new RepeatedBatch(reference);
      else first.set(reference, i);
    });
    const done = await this.unitOfWork.changeMany(
      this.batches,
      [...first.values()].map((i) => ({
        need: { reference: batches[i]!.reference },
        run: (batch: Batch) => registerOne(batch, batches[i]!, update),
      })),
    );
    [...first.values()].forEach((i, at) => (results[i] = done[at]!));
    return results;
  }
}

function registerOne(batch: Batch, { reference: _, ...draft }: BatchDraft, update: boolean): Done {
  if (!update) return { isNew: batch.register({ ...draft, eta: draft.eta ?? null }), isUpdated: false };
  const done = batch.registerOrChange(draft);
  return { isNew: done === 'registered', isUpdated: done === 'changed' };
}
