import { describe, expect, it } from '@jest/globals';
import type { CommandBus } from '@nestjs/cqrs';
import fc from 'fast-check';
import { AddBatch } from '../../../src/allocation/commands/add-batch.js';
import { ChangeQuantity, ChangeQuantityHandler } from '../../../src/allocation/commands/change-quantity.js';
import {
  RescheduleBatch,
  RescheduleBatchHandler,
} from '../../../src/allocation/commands/reschedule-batch.js';
import type { AllocationEvent, BatchReceived } from '../../../src/allocation/contract/allocation.contract.js';
import { MirrorBatches } from '../../../src/allocation/reactions/mirror-batches.js';
import type { BatchesEvent } from '../../../src/batches/contract/batches.contract.js';
import { Batch, type BatchState } from '../../../src/batches/domain/batch.js';
import { DomainError } from '../../../src/kernel/domain/errors.js';
import type { StoredEvent } from '../../../src/kernel/domain/events.js';
import { Calendar } from '../../../src/kernel/lifecycle/calendar.js';
import type { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import { Goods } from '../../allocation/warehouse.fixture.js';
import { NOW } from '../../support/now.js';

const TABLES = ['TABLE', 'PO-1'] as const;
const [SPRING, SUMMER] = ['2027-03-01', '2027-06-01'];

/** The batch as `batches` keeps it and as allocation does: each hears of the other some time later, in order. */
class BothSides {
  readonly goods = new Goods();
  readonly #toAllocation: BatchesEvent[] = [];
  readonly #toBatches: BatchReceived['data'][] = [];
  #paper: BatchState | null = null;
  #documents = 0;

  get paper(): BatchState {
    return this.#paper!;
  }

  register(quantity: number, eta: string | null): void {
    this.change((batch) => batch.register({ sku: TABLES[0], quantity, eta }));
  }

  change(work: (batch: Batch) => unknown): void {
    const batch = new Batch(TABLES[1], this.#paper);
    work(batch);
    if (batch.revision === 0) return;
    this.#paper = { ...batch.state, version: batch.version };
    this.#toAllocation.push(...batch.events);
  }

  async receive(quantity: number, isFinal: boolean): Promise<void> {
    this.goods.told();
    await this.goods.receive(`receipt-${++this.#documents}`, TABLES, quantity, { isFinal });
    const events = this.goods.facts() as readonly AllocationEvent[];
    this.#toBatches.push(...events.flatMap((event) => (event.type === 'BatchReceived' ? event.data : [])));
  }

  async adjust(by: number): Promise<void> {
    await this.goods.adjust(`adjustment-${++this.#documents}`, TABLES, by).catch(ignoreRefusal);
  }

  async ship(): Promise<void> {
    const name = `${++this.#documents}`;
    await this.goods.put(name, { TABLE: 2 });
    await this.goods.ship(name, name).catch(ignoreRefusal);
  }

  async allocationHears(): Promise<void> {
    const event = this.#toAllocation.shift();
    if (event) await this.#mirror.react(event as StoredEvent);
  }

  batchesHear(): void {
    const receipt = this.#toBatches.shift();
    if (receipt) this.change((batch) => batch.followReceipt(receipt));
  }

  async allIsHeard(): Promise<void> {
    while (this.#toAllocation.length + this.#toBatches.length > 0) {
      this.batchesHear();
      await this.allocationHears();
    }
  }

  get #mirror(): MirrorBatches {
    return new MirrorBatches(this.#bus, this.goods.stock, new Calendar('UTC', () => NOW));
  }

  get #bus(): CommandBus {
    const { goods } = this;
    const unitOfWork = {
      change: (_store: unknown, ...[need, work]: Parameters<Goods['changeProduct']>) =>
        goods.changeProduct(need, work),
    } as unknown as UnitOfWork;
    const execute = async (command: unknown) => {
      if (command instanceof ChangeQuantity)
        await new ChangeQuantityHandler(unitOfWork, goods.stock).execute(command);
      else if (command instanceof RescheduleBatch)
        await new RescheduleBatchHandler(unitOfWork, goods.stock).execute(command);
      else if (command instanceof AddBatch)
        await goods.buy(TABLES[0], TABLES[1], this.paper.registeredQuantity, this.paper.registeredEta);
      else throw new Error('Nobody handles that command.');
    };
    return { execute } as unknown as CommandBus;
  }
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof DomainError)) throw error;
}

type Step = (sides: BothSides) => unknown;
const units = fc.integer({ min: 0, max: 8 });
const step: fc.Arbitrary<Step> = fc.oneof(
  units.map(
    (quantity): Step =>
      (sides) =>
        sides.change((batch) => batch.change({ quantity })),
  ),
  fc.constantFrom(null, SPRING, SUMMER).map(
    (eta): Step =>
      (sides) =>
        sides.change((batch) => batch.change({ eta })),
  ),
  fc.tuple(units, fc.boolean()).map(
    ([quantity, isFinal]): Step =>
      (sides) =>
        sides.receive(quantity, isFinal),
  ),
  fc.integer({ min: -2, max: 2 }).map(
    (by): Step =>
      (sides) =>
        sides.adjust(by || 1),
  ),
  fc.constant<Step>((sides) => sides.ship()),
  fc.constant<Step>((sides) => sides.allocationHears()),
  fc.constant<Step>((sides) => sides.batchesHear()),
);

describe('A batch whose receipts and changes cross', () => {
  it('is in the end the same on both sides, and every unit of it is explained', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(null, SPRING),
        fc.array(step, { maxLength: 25 }),
        async (quantity, eta, steps) => {
          const sides = new BothSides();
          sides.register(quantity, eta);
          await sides.allocationHears();
          for (const take of steps) await take(sides);
          await sides.allIsHeard();
          const stock = sides.goods.batch(...TABLES);
          const { shipped, writtenOff, returned } = stock.goods;
          expect([sides.paper.quantity, sides.paper.eta]).toEqual([
            stock.quantity + shipped + writtenOff - returned,
            stock.eta,
          ]);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
