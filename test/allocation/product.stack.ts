import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import type { Stock } from '../../src/allocation/domain/stock.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import { ask, minute, needOf, refusal, type Answer, type Command, type Group } from './product.commands.js';
import { ModelProduct } from './product.model.js';
import type { Picture } from './product.picture.js';

/** What lies between a handler and the stored products. */
export interface Stack {
  readonly unitOfWork: UnitOfWork;
  readonly stock: Stock;
  /** Sets the clock by which holds end. */
  setClock(now: Date): Promise<void>;
  /** Transactions that were committed so far. */
  committed(): number;
  stored(sku: string): Promise<Picture>;
  /** The events of the product in the log. */
  told(sku: string): Promise<AllocationEvent[]>;
}

let played = 0;

/** How the groups of a history were committed. */
export interface Played {
  together: number;
  oneByOne: number;
}

/**
 * Plays histories of several products at once: their nth groups are submitted together, in one turn. Answers,
 * tables, log and versions must be those of the model.
 */
export async function playOn(stack: Stack, histories: readonly (readonly Group[])[]): Promise<Played> {
  const game = ++played;
  const models = histories.map((_, i) => new ModelProduct(`TABLE-${game}-${i}`));
  const told = new Map<string, AllocationEvent[]>(models.map(({ sku }) => [sku, []]));
  const commits: Played = { together: 0, oneByOne: 0 };

  for (let turn = 0; turn < Math.max(...histories.map(({ length }) => length)); turn++) {
    const asked = models.flatMap((model, i) =>
      (histories[i]![turn] ?? []).map((command) => ({ model, command: ownedBy(model.sku, command) })),
    );
    if (asked.length === 0) continue;
    const now = minute(turn);
    await stack.setClock(now);
    const committedBefore = stack.committed();
    const answers = await Promise.all(asked.map(({ model, command }) => submit(stack, model.sku, command)));
    const committed = stack.committed() - committedBefore;

    // A work that needs more than was loaded, since another of its group has moved lines, makes all go alone.
    const isTogether = committed === 1;
    if (!isTogether && committed !== asked.length)
      throw new Error(`${committed} transactions for ${asked.length} works: ${JSON.stringify(answers)}`);
    commits[isTogether ? 'together' : 'oneByOne']++;
    const expected = models.flatMap((model) => {
      const group = asked.filter((one) => one.model === model).map(({ command }) => command);
      const transactions = isTogether ? [group] : group.map((command) => [command]);
      return transactions.flatMap((transaction) => {
        // A transaction that asks nothing of a product does not load it.
        if (transaction.length === 0) return [];
        const outcome = model.transact(transaction, now);
        told.get(model.sku)!.push(...outcome.events);
        return outcome.answers;
      });
    });
    expectSame(answers, expected);
  }

  for (const model of models) {
    expectSame(await stack.stored(model.sku), model.picture);
    expectSame(withoutPassedOver(await stack.told(model.sku)), told.get(model.sku));
  }
  return commits;
}

async function submit({ unitOfWork, stock }: Stack, sku: string, command: Command): Promise<Answer> {
  try {
    return await unitOfWork.change(stock.products, needOf(sku, command), (product) => ask(product, command));
  } catch (error) {
    return refusal(error);
  }
}

/** A batch belongs to one product; orders are shared by all. */
function ownedBy(sku: string, command: Command): Command {
  return 'reference' in command ? { ...command, reference: `${sku} ${command.reference}` } : command;
}

/** The models do not know which batches a line has passed over: that is tested by itself. */
export function withoutPassedOver(events: readonly AllocationEvent[] | undefined): unknown[] {
  return (events ?? []).map((event) => {
    if (!('passedOver' in event.data)) return event;
    const { passedOver: _, ...data } = event.data;
    return { ...event, data };
  });
}

/** Jest's comparison explains the difference, but takes 22 s for 10,000 histories of one product; this takes 3 s. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}
