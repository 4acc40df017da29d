import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppModule } from '../../../src/app.module.js';
import { ChangeBatch } from '../../../src/batches/commands/change-batch.js';
import { DomainError } from '../../../src/kernel/domain/errors.js';
import { Subscriptions } from '../../../src/kernel/subscriptions/subscriptions.js';
import type { Movement } from '../../../src/ledger/domain/movement.js';
import { ListMovements, type MovementFilter } from '../../../src/ledger/queries/list-movements.js';
import { Application } from '../../support/application.js';
import { assertUntilSeen } from '../../support/until-seen.js';
import { anyStep, FIRST_BATCHES, type Step } from './warehouse-histories.js';

/** The figures of a batch as allocation, which decides about them, has them. */
interface Figures {
  readonly batchReference: string;
  readonly onHand: number;
  readonly inbound: number;
  readonly claimed: number;
}

let app: Application;
let histories = 0;
beforeAll(async () => {
  app = await Application.start((settings, url) => AppModule.forRoot(settings, url));
});
afterAll(() => app.close());

/**
 * Runs the commands at once, and waits until all that follows from them has happened. Rules may refuse some. Only if one says
 * that a batch has not arrived after all they run one after the other: see decision 42.
 */
async function run(steps: readonly Step[], n: string): Promise<void> {
  const commands = steps.map((step) => step(n));
  const isInTurn = commands.some((command) => command instanceof ChangeBatch && command.change.eta != null);
  const outcomes: PromiseSettledResult<unknown>[] = [];
  for (const together of isInTurn ? commands.map((command) => [command]) : [commands]) {
    outcomes.push(...(await Promise.allSettled(together.map((command) => app.execute(command)))));
    await app.settled();
  }
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(DomainError);
}

const storedFigures = (n: string): Promise<Figures[]> =>
  app.sql<Figures>(
    `select reference as "batchReference", allocated as claimed,
            case when eta is null then quantity else received end as "onHand",
            case when eta is null then 0 else quantity - received end as inbound
       from allocation.batch where starts_with(reference, $1) order by reference`,
    [n],
  );

async function all(filter: MovementFilter, limit = 7): Promise<Movement[]> {
  const found: Movement[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page: { items: readonly Movement[]; next: number | null } = await app.ask(
      new ListMovements(filter, after, limit),
    );
    found.push(...page.items);
    after = page.next;
  }
  return found;
}

/** What the movements add up to, by batch. */
function added(movements: readonly Movement[]): Figures[] {
  const sums = new Map<string, Figures>();
  for (const { batchReference, onHandChange, inboundChange, claimedChange } of movements) {
    const sum = sums.get(batchReference) ?? { batchReference, onHand: 0, inbound: 0, claimed: 0 };
    sums.set(batchReference, {
      batchReference,
      onHand: sum.onHand + onHandChange,
      inbound: sum.inbound + inboundChange,
      claimed: sum.claimed + claimedChange,
    });
  }
  return [...sums.values()].sort((a, b) => (a.batchReference < b.batchReference ? -1 : 1));
}

const byPosition = (a: Movement, b: Movement) =>
  a.position - b.position || (a.batchReference < b.batchReference ? -1 : 1);

/** Of the SKUs of a history. */
const movementsOf = async (n: string) =>
  [...(await all({ sku: `${n}A` })), ...(await all({ sku: `${n}B` }))].sort(byPosition);

/** Each movement says what the movements of its batch add up to until then. */
function expectRunningFigures(movements: readonly Movement[]): void {
  movements.forEach(({ batchReference, position, onHandAfter, inboundAfter, claimedAfter }, i) => {
    const its = movements.slice(0, i + 1).filter((each) => each.batchReference === batchReference);
    expect({ position, sums: added(its) }).toEqual({
      position,
      sums: [{ batchReference, onHand: onHandAfter, inbound: inboundAfter, claimed: claimedAfter }],
    });
  });
}

/** It would show nothing of a kind that never happens. */
const KINDS = [
  ...['adjusted', 'claimed', 'moved', 'received', 'registered', 'released', 'restocked', 'scrapped'],
  ...['shipment-cancelled', 'shipped'],
];

describe('The movements of a batch in random histories', () => {
  const kinds = new Set<string>();

  it('add up to its figures at every position of the log (rule 17)', async () => {
    await assertUntilSeen(
      fc.asyncProperty(
        fc.array(fc.array(anyStep, { minLength: 1, maxLength: 3 }), { minLength: 20, maxLength: 40 }),
        async (moments) => {
          const n = `h${histories++}-`;
          const seen: { readonly position: number; readonly figures: readonly Figures[] }[] = [];
          for (const steps of [FIRST_BATCHES, ...moments]) {
            await run(steps, n);
            seen.push({ position: await app.head(), figures: await storedFigures(n) });
          }
          const movements = await movementsOf(n);
          for (const { position, figures } of seen)
            expect({ position, added: added(movements.filter((each) => each.position <= position)) }).toEqual(
              {
                position,
                added: figures,
              },
            );
          expectRunningFigures(movements);
          for (const { kind } of movements) kinds.add(kind);
        },
      ),
      { numRuns: 8, endOnFailure: true },
      () => kinds.size === KINDS.length,
    );
    expect([...kinds].sort()).toEqual(KINDS);
  });

  it('are the same by batch, order and kind as in the list of all, on pages of any size', async () => {
    const everything = await all({}, 100);
    expect(everything).toEqual([...everything].sort(byPosition));
    expect(await all({}, 3)).toEqual(everything);
    const choose = <Name extends 'batchReference' | 'orderId' | 'kind' | 'sku'>(name: Name) =>
      [...new Set(everything.map((movement) => movement[name]))]
        .filter((value) => value !== null)
        .slice(0, 12);
    for (const name of ['batchReference', 'orderId', 'kind', 'sku'] as const)
      for (const value of choose(name))
        for (const limit of [2, 50])
          expect({ [name]: value, found: await all({ [name]: value }, limit) }).toEqual({
            [name]: value,
            found: everything.filter((movement) => movement[name] === value),
          });
    const [{ sku, kind }] = everything as [Movement];
    expect(await all({ sku, kind })).toEqual(
      everything.filter((each) => each.sku === sku && each.kind === kind),
    );
  });

  it('are the same after they are made from the log again', async () => {
    const before = await all({}, 100);
    await app.sql('delete from ledger.batch_slice');
    await app.get(Subscriptions).rebuild('ledger.movements', () => undefined);
    expect(await all({}, 100)).toEqual(before);
  });
});
