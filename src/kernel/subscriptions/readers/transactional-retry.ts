import type { Transaction } from '../../domain/store.js';
import type { EventLog } from '../../event-log/event-log.js';
import { managerOf } from '../../postgres/typeorm-transactions.js';
import { isTransient } from '../../postgres/retry.js';
import type { UnitOfWork } from '../../unit-of-work/unit-of-work.js';
import { lockCheckpoint, advanceCheckpoint } from './checkpoint.js';
import type { ParkedEvents } from '../parking/parked-events.js';

/** A subscription whose effect is in the database, in the transaction that moves its position. */
export interface SubscriptionContext {
  readonly name: string;
  readonly unitOfWork: UnitOfWork;
  readonly log: EventLog;
  readonly setAside: ParkedEvents;
}

/**
 * Tries the event again that was set aside and has been due for longest; false where none is.
 * @param effect of the event at a position
 */
export async function retryDueEvent(
  { name, unitOfWork, setAside }: SubscriptionContext,
  effect: (tx: Transaction, position: number) => Promise<void>,
): Promise<boolean> {
  const due = await unitOfWork.inTransaction((tx) => setAside.due(managerOf(tx)));
  if (!due) return false;
  try {
    await unitOfWork.inTransaction(async (tx) => {
      const manager = managerOf(tx);
      await lockCheckpoint(manager, name);
      if (!(await setAside.isUnchanged(manager, due))) return;
      await setAside.release(manager, due);
      await effect(tx, due.position);
    });
  } catch (error) {
    if (isTransient(error)) throw error;
    await unitOfWork.inTransaction((tx) => setAside.failedAgain(managerOf(tx), due, error));
  }
  return true;
}

/** Sets the event at a position aside, unless another instance has passed it already, and moves on. */
export async function parkAndAdvance(
  { name, unitOfWork, log, setAside }: SubscriptionContext,
  position: number,
  error: unknown,
): Promise<void> {
  await unitOfWork.inTransaction(async (tx) => {
    const manager = managerOf(tx);
    if ((await lockCheckpoint(manager, name)) >= position) return;
    const event = await log.at(manager, position);
    if (event) await setAside.failed(manager, event, error);
    await advanceCheckpoint(manager, name, position);
  });
}
