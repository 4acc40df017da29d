import { expect } from '@jest/globals';
import type { AllocatedLine } from '../../src/allocation/domain/allocated-line.js';
import { DEFAULT_POLICY, type Policy } from '../../src/allocation/domain/policy.js';
import { minute } from './product.commands.js';
import type { Stack } from './product.stack.js';
import { askQueue, type QueueMoment } from './queue.commands.js';

/** A line that waits, as it is stored. */
export interface StoredWaiting {
  readonly orderId: string;
  readonly quantity: number;
  readonly sequence: number;
  readonly priority: number;
  readonly split: boolean;
  readonly neededBy: string | null;
  readonly channel: string | null;
}

/** What is stored of a product and of those who wait for it. */
export interface StoredQueue {
  readonly policy: Policy | null;
  readonly batches: readonly { readonly eta: string | null; readonly available: number }[];
  readonly waiting: readonly StoredWaiting[];
  readonly lines: readonly (Pick<AllocatedLine, 'orderId' | 'quantity' | 'sequence'> & {
    readonly priority: number;
  })[];
}

/** What lies between a handler and the stored queue. */
export interface QueueStack extends Stack {
  queue(sku: string): Promise<StoredQueue>;
}

let played = 0;

/**
 * Plays a history. After every moment, no line waits that could be met or, in a strict queue, its head cannot be (rule 12);
 * and no line has got more units while another waited before it in a strict queue.
 * @returns how many lines were seen to wait
 */
export async function playQueue(stack: QueueStack, history: readonly QueueMoment[]): Promise<number> {
  const game = `QUEUE-${++played}`;
  const sku = `${game}-TABLE`;
  let minutes = 0;
  let seen = 0;
  let before = await stack.queue(sku);
  for (const { wait, asked } of history) {
    minutes += wait;
    await stack.setClock(minute(minutes));
    await Promise.all(asked.map((each) => askQueue(stack, sku, each, (name) => `${game}-${name}`)));
    // Ends the holds whose time is up, if every command was refused.
    await stack.unitOfWork.change(stack.stock.products, { sku }, () => undefined);
    const after = await stack.queue(sku);
    expect(couldBeMet(after)).toEqual([]);
    if (asked.length === 1) expect(overtakers(before, after)).toEqual([]);
    seen += after.waiting.length;
    before = after;
  }
  return seen;
}

/** Rule 12 once more: the lines that wait although they could be met; of a strict queue, its head alone. */
export function couldBeMet(queue: StoredQueue): StoredWaiting[] {
  const inOrder = queue.waiting.toSorted(byPlace);
  const served = isStrict(queue) ? inOrder.slice(0, 1) : inOrder;
  return served.filter((line) => fits(line, queue));
}

function fits(
  { quantity, split, neededBy, channel }: StoredWaiting,
  { batches, policy }: StoredQueue,
): boolean {
  const { protections } = policy ?? DEFAULT_POLICY;
  const ofOthers = protections.filter((each) => each.channel === null || each.channel !== channel);
  const free = batches.map(({ available }) => available);
  if (quantity > sum(free) - sum(ofOthers.map((each) => each.quantity))) return false;
  const inTime = batches.filter(({ eta }) => eta === null || neededBy === null || eta <= neededBy);
  const units = inTime.map(({ available }) => available);
  return quantity <= (split ? sum(units) : Math.max(0, ...units));
}

/** Lines that have got more units while one before them in a strict queue did not. */
function overtakers(before: StoredQueue, after: StoredQueue): string[] {
  if (!isStrict(before) || !isStrict(after)) return [];
  const had = (orderId: string) => before.lines.find((line) => line.orderId === orderId)?.quantity ?? 0;
  // A hold that ended and was confirmed late waits anew.
  const waited = after.waiting.filter(({ orderId, sequence }) =>
    before.waiting.some((line) => line.orderId === orderId && line.sequence === sequence),
  );
  return after.lines
    .filter(({ orderId, quantity }) => quantity > had(orderId))
    .filter((line) => waited.some((other) => byPlace(other, line) < 0))
    .map(({ orderId }) => orderId);
}

const isStrict = ({ policy }: StoredQueue) => policy?.backorders === 'strict';
const sum = (units: readonly number[]) => units.reduce((total, each) => total + each, 0);

type Placed = Pick<StoredWaiting, 'priority' | 'sequence'>;

/** Higher priority first, then the oldest. */
function byPlace(a: Placed, b: Placed): number {
  return b.priority - a.priority || a.sequence - b.sequence;
}
