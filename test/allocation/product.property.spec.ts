import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Product } from '../../src/allocation/domain/product.js';
import { Documents } from '../../src/allocation/domain/document.js';
import { claimsOf } from '../../src/allocation/domain/allocated-line.js';
import type { ProductState } from '../../src/allocation/domain/product-state.js';
import { NOW } from '../support/now.js';
import { neverSeen, Standing } from './product.fixture.js';
import { ask, minute, needOf, refusal, type Answer, type Command, type Group } from './product.commands.js';
import { histories } from './product.histories.js';
import { ModelProduct } from './product.model.js';
import { expectSame, playOn, withoutPassedOver } from './product.stack.js';
import { pictureOf, stackInMemory } from './stack-in-memory.js';

const SEQUENCES = 1_000;

describe('A product', () => {
  it(`does what the model does, in ${SEQUENCES} histories`, () => {
    fc.assert(
      fc.property(histories, (history) => playAlone(history)),
      { numRuns: SEQUENCES },
    );
  }, 400_000);

  it(`does what the model does if it is loaded in part, in ${SEQUENCES / 5} histories of three`, async () => {
    const commits = { together: 0, oneByOne: 0 };
    const three = fc.tuple(histories, histories, histories);
    const property = fc.asyncProperty(three, async (played) => {
      const { together, oneByOne } = await playOn(stackInMemory(), played);
      commits.together += together;
      commits.oneByOne += oneByOne;
    });
    await fc.assert(property, { numRuns: SEQUENCES / 5 });
    expect(commits.together).toBeGreaterThan(commits.oneByOne);
  }, 400_000);

  it('gets every command in these histories, and rejects for every reason', () => {
    const seen = new Set(
      fc.sample(histories, { numRuns: 300, seed: 1 }).flatMap((history) => {
        const model = new ModelProduct('TABLE');
        return history.flatMap((group, turn) => {
          const { answers, events } = model.transact(group, minute(turn));
          return [...answers.map(labelOf), ...events.map(({ type }) => type)];
        });
      }),
    );
    expect([...seen].sort()).toEqual([
      'BackorderEnded',
      'BatchOverdue',
      'BatchReceived',
      'LineAllocated',
      'LineAmended',
      'LineBackordered',
      'LineDeallocated',
      'LineHeld',
      'LineReallocated',
      'LineReleased',
      'OutOfStock',
      'PolicyChanged',
      'PromisesChanged',
      'allocation-conflict',
      'batch-claimed',
      'done',
      'out-of-stock',
      'promised',
      'unknown-allocation',
      'unknown-sku',
      'waits',
    ]);
  });
});

/** Plays a history on the aggregate alone, which is stored and loaded again after each group. */
function playAlone(history: readonly Group[]): void {
  // All of its groups are of one day.
  const today = NOW.toISOString().slice(0, 10);
  let state: ProductState = { ...neverSeen('TABLE'), today };
  const model = new ModelProduct('TABLE');
  for (const [turn, group] of history.entries()) {
    const receipts = group.flatMap((command) => needOf('TABLE', command).document ?? []);
    const real = new Standing(state, new Documents(receipts, [], minute(turn)));
    real.product.catchUp(minute(turn));
    const answers = group.map((command) => {
      const answer = answerOf(real.product, command);
      expectSoundness(real.state);
      return answer;
    });
    expectSame({ answers, events: withoutPassedOver(real.events) }, model.transact(group, minute(turn)));
    ({ state } = real.reload());
    expectSame(pictureOf(state), model.picture);
  }
}

/** Where it refuses by throwing, nothing has changed. */
function answerOf(product: Product, command: Command): Answer {
  const before = [product.revision, product.events.revision];
  try {
    return ask(product, command);
  } catch (error) {
    expectSame([product.revision, product.events.revision], before);
    return refusal(error);
  }
}

/** Rule 2: no batch holds more than it has, and each counts what its lines claim. */
function expectSoundness({ batches, lines }: ProductState): void {
  const claimed = new Map(batches.map(({ reference }) => [reference, 0]));
  for (const { batchReference, quantity } of lines.flatMap(claimsOf)) {
    claimed.set(batchReference, claimed.get(batchReference)! + quantity);
  }
  const isSound = batches.every(
    ({ reference, allocated, quantity }) => allocated <= quantity && allocated === claimed.get(reference),
  );
  if (!isSound) throw new Error(`Not sound: ${JSON.stringify({ batches, lines })}`);
}

function labelOf(answer: Answer): string {
  if (answer === 'done') return 'done';
  if ('waiting' in answer) return 'waits';
  return 'refused' in answer ? answer.refused : 'promised';
}
