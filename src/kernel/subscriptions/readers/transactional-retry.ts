import type { Transaction } from '../../domain/store.js';
import type { EventLog } from '../../event-log/event-log.js';
import { managerOf } from '../../postgres/typeorm-transactions.js';
import { isTransient } from '../../postgres/retry.js';
import type { UnitOfWork } from '../../unit-of-work/unit-of-work.js';
import { lockCheckpoint, advanceCheckpoint } from './checkpoint.js';
import type { ParkedEvents } from '../parking/parked-events.js';

/** A subscription whose effect is in the database, in the transaction that advances its checkpoint. */
export interface SubscriptionContext {
  readonly name: string;
  readonly unitOfWork: UnitOfWork;
  readonly log: EventLog;
  readonly parkedEvents: ParkedEvents;
}

/**
 * Retries the event that has been due for longest.
 * @param effect has the effect of the event at a position
 * @returns false if no retry is due
 */
export async function retryDueEvent(
  { name, unitOfWork, parkedEvents }: SubscriptionContext,
  effect: (tx: Transaction, position: number) => Promise<void>,
): Promise<boolean> {
  const due = await unitOfWork.inTransaction((tx) => parkedEvents.due(managerOf(tx)));
  if (!due) return false;
  try {
    await unitOfWork.inTransaction(async (tx) => {
      const manager = managerOf(tx);
      await lockCheckpoint(manager, name);
      if (!(await parkedEvents.isUnchanged(manager, due))) return;
      await parkedEvents.release(manager, due);
      await effect(tx, due.position);
    });
  } catch (error) {
    if (isTransient(error)) throw error;
    await unitOfWork.inTransaction((tx) => parkedEvents.failedAgain(managerOf(tx), due, error));
  }
  return true;
}

/** Parks the event at a position for a retry, and advances the checkpoint, unless another instance has done so. */
export async function parkAndAdvance(
  { name, unitOfWork, log, parkedEvents }: SubscriptionContext,
  position: number,
  error: unknown,
): Promise<void> {
  await unitOfWork.inTransaction(async (tx) => {
    const manager = managerOf(tx);
    if ((await lockCheckpoint(manager, name)) >= position) return;
    const event = await log.at(manager, position);
    if (event) await parkedEvents.failed(manager, event, error);
    await advanceCheckpoint(manager, name, position);
  });
}
