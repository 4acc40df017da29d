import type { Subscriptions } from '../../../src/kernel/subscriptions/subscriptions.js';
import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { StoredEvent } from '../../../src/kernel/domain/events.js';
import { AddBatch, AddBatchHandler } from '../../../src/allocation/commands/add-batch.js';
import { ChangePolicy, ChangePolicyHandler } from '../../../src/allocation/commands/change-policy.js';
import { AllocateLine, AllocateLineHandler } from '../../../src/allocation/commands/allocate-line.js';
import { ChangeQuantity, ChangeQuantityHandler } from '../../../src/allocation/commands/change-quantity.js';
import { PutOrder, PutOrderHandler } from '../../../src/allocation/commands/put-order.js';
import {
  receiptAnswer,
  ReceiveGoods,
  ReceiveGoodsHandler,
} from '../../../src/allocation/commands/receive-goods.js';
import {
  RescheduleBatch,
  RescheduleBatchHandler,
} from '../../../src/allocation/commands/reschedule-batch.js';
import { ShipOrder, ShipOrderHandler } from '../../../src/allocation/commands/ship-order.js';
import {
  Simulate,
  SimulateHandler,
  type SimulationAnswer,
} from '../../../src/allocation/commands/simulate.js';
import { Purchase, PurchaseChange } from '../../../src/allocation/commands/simulated-purchases.js';
import type { Step } from '../../../src/allocation/commands/simulated-steps.js';
import type { AllocationEvent } from '../../../src/allocation/contract/allocation.contract.js';
import { UnknownBatch } from '../../../src/allocation/domain/warehouse-errors.js';
import { FindSkuOfBatch } from '../../../src/allocation/queries/find-sku-of-batch.js';
import { type FindSkusOfBatches } from '../../../src/allocation/queries/find-skus-of-batches.js';
import { MirrorBatches } from '../../../src/allocation/reactions/mirror-batches.js';
import { OrderMetrics } from '../../../src/allocation/telemetry/order-metrics.js';
import { SimulationMetrics } from '../../../src/allocation/telemetry/simulation-metrics.js';
import type { BatchesEvent } from '../../../src/batches/contract/batches.contract.js';
import { Batch } from '../../../src/batches/domain/batch.js';
import { Calendar } from '../../../src/kernel/lifecycle/calendar.js';
import { DomainError } from '../../../src/kernel/domain/errors.js';
import type { OrderStack } from '../../allocation/order.stack.js';

const SETTINGS = { holdMaxSeconds: 86_400 };

/** What a step answers, and what is published because of it, as text. */
export interface Done {
  readonly answer: string;
  readonly events: string[];
}

/** The paper follows within the call. */
const NOBODY_TO_WAIT_FOR = { waitUntilCaughtUp: () => Promise.resolve() } as unknown as Subscriptions;

/** The same calls, simulated and done, on one stack: `batches` is here as the paper that its aggregates are. */
export class Rehearsal {
  /** The batches as they were bought, by their references. */
  readonly paper = new Map<string, Batch>();
  readonly #told = new Map<string, number>();
  readonly #simulate: SimulateHandler;
  readonly #handlers: ReadonlyMap<object, { execute(command: never): Promise<unknown> }>;
  readonly #mirror: MirrorBatches;

  constructor(
    private readonly stack: OrderStack,
    private readonly skus: readonly string[],
    now: () => Date,
  ) {
    const { unitOfWork, stock } = stack;
    const calendar = new Calendar('UTC', now);
    const queries = { execute: (query: object) => Promise.resolve(this.#find(query)) } as unknown as QueryBus;
    const metrics = new OrderMetrics();
    this.#handlers = new Map<object, { execute(command: never): Promise<unknown> }>([
      [AddBatch, new AddBatchHandler(unitOfWork, stock)],
      [ChangeQuantity, new ChangeQuantityHandler(unitOfWork, stock)],
      [RescheduleBatch, new RescheduleBatchHandler(unitOfWork, stock)],
      [AllocateLine, new AllocateLineHandler(unitOfWork, stock, calendar)],
      [PutOrder, new PutOrderHandler(unitOfWork, stock, calendar, metrics, SETTINGS)],
      [ReceiveGoods, new ReceiveGoodsHandler(unitOfWork, stock, queries, NOBODY_TO_WAIT_FOR)],
      [ChangePolicy, new ChangePolicyHandler(unitOfWork, stock)],
      [ShipOrder, new ShipOrderHandler(unitOfWork, stock)],
    ]);
    const bus = { execute: (command: object) => this.#execute(command) } as CommandBus;
    this.#mirror = new MirrorBatches(bus, stock, calendar);
    this.#simulate = new SimulateHandler(
      unitOfWork,
      stock,
      queries,
      calendar,
      new SimulationMetrics(),
      SETTINGS,
    );
  }

  /** Ends the holds whose time is up, as the job does every second. */
  async endHolds(): Promise<void> {
    const { unitOfWork, stock } = this.stack;
    for (const sku of this.skus) await unitOfWork.change(stock.products, { sku, units: 0 }, () => undefined);
    await this.#newEvents();
  }

  async simulate(
    steps: readonly Step[],
  ): Promise<{ readonly steps: Done[]; readonly all: SimulationAnswer }> {
    const all = await this.#simulate.execute(new Simulate(steps));
    const done = all.steps.map((step) => ({
      answer: 'refusal' in step ? refusal(step.refusal) : answer(step.isNew, step.body),
      events: this.#inOrder(step.events as (AllocationEvent | BatchesEvent)[]),
    }));
    return { steps: done, all };
  }

  /** Makes the call, as its controller does. */
  async do(step: Step): Promise<Done> {
    const published: BatchesEvent[] = [];
    const said = await this.#call(step, published).catch((error: unknown) => {
      if (error instanceof DomainError) return refusal(error);
      throw error;
    });
    return { answer: said, events: this.#inOrder([...published, ...(await this.#newEvents())]) };
  }

  async #call(step: Step, published: BatchesEvent[]): Promise<string> {
    if (step instanceof Purchase || step instanceof PurchaseChange) {
      const batch = this.paper.get(step.reference) ?? new Batch(step.reference, null);
      let isNew = false;
      if (step instanceof Purchase) isNew = batch.register(step);
      else batch.change(step.change);
      this.paper.set(step.reference, new Batch(step.reference, batch.state));
      for (const event of batch.events) {
        published.push(event);
        await this.#mirror.react(event as StoredEvent);
      }
      const { reference, sku, quantity, eta, location, bestBefore, supplier, blocked } = batch.state;
      return answer(isNew, { reference, sku, quantity, eta, location, bestBefore, supplier, blocked });
    }
    const result = await this.#execute(step);
    if (step instanceof ChangePolicy) return answer(false, { sku: step.sku, ...step.policy });
    if (step instanceof ReceiveGoods) {
      const written = result as Awaited<ReturnType<ReceiveGoodsHandler['execute']>>;
      return answer(written.isNew, receiptAnswer(step, written));
    }
    const { isNew, ...rest } = result as {
      isNew: boolean;
      order?: object;
      allocation?: object;
      backorder?: object;
      shipment?: object;
    };
    return answer(isNew, (rest.order ?? rest.allocation ?? rest.backorder ?? rest.shipment)!);
  }

  #execute(command: object): Promise<unknown> {
    return this.#handlers.get(command.constructor)!.execute(command as never);
  }

  /** The paper follows receipts before anybody looks at it. */
  async #newEvents(): Promise<AllocationEvent[]> {
    const found: AllocationEvent[] = [];
    for (const sku of this.skus) {
      const events = await this.stack.told(sku);
      found.push(...events.slice(this.#told.get(sku) ?? 0));
      this.#told.set(sku, events.length);
    }
    for (const event of found)
      if (event.type === 'BatchReceived') {
        const batch = this.paper.get(event.data.batchReference)!;
        batch.followReceipt(event.data);
        this.paper.set(event.data.batchReference, new Batch(event.data.batchReference, batch.state));
      }
    return found;
  }

  /** Events of different products have no sequence here. */
  #inOrder(events: readonly (AllocationEvent | BatchesEvent)[]): string[] {
    return this.skus.flatMap((sku) =>
      events
        .filter(({ key }) => key === sku)
        .map(({ type, version, data }) => `${type} ${version} ${sorted(data)}`),
    );
  }

  #find(query: object): unknown {
    const skuOf = (reference: string) => this.paper.get(reference)?.state.sku;
    if (query instanceof FindSkuOfBatch) {
      const sku = skuOf(query.batchReference);
      if (sku === undefined) throw new UnknownBatch(query.batchReference);
      return sku;
    }
    const { batchReferences } = query as FindSkusOfBatches;
    return new Map(
      batchReferences.flatMap((reference): [string, string][] => {
        const sku = skuOf(reference);
        return sku === undefined ? [] : [[reference, sku]];
      }),
    );
  }
}

const FIGURES = ['overdue', 'expectedDate', 'onHand', 'inbound', 'shipped', 'claimed', 'held', 'available'];

/** Of a batch, what is on paper. */
function answer(isNew: boolean, body: object): string {
  const isBatch = 'reference' in body;
  const shown = Object.entries(body).filter(([name]) => !isBatch || !FIGURES.includes(name));
  return `${isNew ? 'new' : 'known'} ${sorted(Object.fromEntries(shown))}`;
}

function refusal({ code, kind, message, facts }: DomainError): string {
  return `${code} ${kind} ${message} ${sorted(facts)}`;
}

/** As JSON, in which fields have no sequence. */
function sorted(value: object): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
