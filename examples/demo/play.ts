import type { Batch } from '../month.js';
import type { Day, PlannedOrder } from '../plan.js';
import type { Api, Order, OrderOutcome, Shipment } from './api.js';
import { inParallel, Turns } from './in-parallel.js';
import { Progress } from './progress.js';

const BUYERS = 32;
const CUSTOMERS = 64;
const PACKERS = 32;

/** Of so many shipments, one is cancelled, and one comes back in part. */
const CANCELLED_OF = 900;
const RETURNED_OF = 60;

export interface Told {
  readonly order: PlannedOrder;
  readonly outcome: OrderOutcome;
}

/** What the run itself has seen. */
export interface Run {
  /** In the order in which the answers came. */
  readonly told: readonly Told[];
  readonly receipts: number;
  readonly overReceived: number;
  readonly shipments: readonly Shipment[];
  readonly cancelledShipments: number;
  readonly returnedUnits: number;
  /** Holds that were confirmed in time. */
  readonly confirmed: number;
  readonly seconds: number;
}

type Counts = { -readonly [Name in keyof Omit<Run, 'told' | 'shipments' | 'seconds'>]: number };

/** Plays the days: everything is bought first, then each day customers order, goods come, and orders are packed. */
export async function playMonth(api: Api, batches: readonly Batch[], days: readonly Day[]): Promise<Run> {
  const buying = new Progress('Batches', batches.length);
  await inParallel(batches, BUYERS, async (batch) => {
    await api.register(batch);
    buying.step();
  }).finally(() => buying.end());

  const startedAt = performance.now();
  const progress = new Progress(
    'Orders',
    days.reduce((sum, { orders }) => sum + orders.length, 0),
  );
  const play = new Play(api, () => progress.step());
  for (const day of days)
    await play.day(day).catch((error: unknown) => {
      progress.end();
      throw error;
    });
  progress.end();
  return { ...play.run, seconds: (performance.now() - startedAt) / 1_000 };
}

class Play {
  readonly #told: Told[] = [];
  readonly #shipments: Shipment[] = [];
  readonly #counts: Counts = {
    receipts: 0,
    overReceived: 0,
    cancelledShipments: 0,
    returnedUnits: 0,
    confirmed: 0,
  };
  /** Orders that wait for a batch, by its reference. */
  readonly #waiting = new Map<string, Set<string>>();

  constructor(
    private readonly api: Api,
    private readonly onOrder: () => void,
  ) {}

  get run(): Omit<Run, 'seconds'> {
    return { told: this.#told, shipments: this.#shipments, ...this.#counts };
  }

  async day({ orders, incidents, arrivals }: Day): Promise<void> {
    const toPack = new Set<string>();
    const turns = new Turns();
    await inParallel(orders, CUSTOMERS, (order) =>
      turns.take(order.orderId, async () => {
        const outcome = await this.#order(order);
        if (outcome.kind === 'accepted' && order.kind !== 'forgotten') this.#plan(outcome.order, toPack);
        this.onOrder();
      }),
    );
    await inParallel(incidents, 1, (incident) => this.api.change(incident));
    await inParallel(arrivals, PACKERS, async (arrival) => {
      const { overReceived } = await this.api.receive(arrival);
      this.#counts.receipts += 1;
      this.#counts.overReceived += overReceived;
      for (const orderId of this.#waiting.get(arrival.reference) ?? []) toPack.add(orderId);
    });
    await inParallel(toPack, PACKERS, (orderId) => this.#pack(orderId));
  }

  async #order(order: PlannedOrder): Promise<OrderOutcome> {
    const outcome = await this.api.put(order);
    this.#told.push({ order, outcome });
    if (outcome.kind !== 'accepted' || order.kind !== 'confirmed') return outcome;
    const confirmed = await this.api.confirm(order.orderId);
    this.#counts.confirmed += 1;
    return { kind: 'accepted', isNew: outcome.isNew, order: confirmed };
  }

  /** What is on hand is packed today, the rest once its batch has come. */
  #plan({ orderId, lines }: Order, toPack: Set<string>): void {
    for (const { batchReference, eta } of lines.flatMap(({ claims }) => claims)) {
      if (eta === null) toPack.add(orderId);
      else this.#waiting.set(batchReference, (this.#waiting.get(batchReference) ?? new Set()).add(orderId));
    }
  }

  async #pack(orderId: string): Promise<void> {
    const number = this.#shipments.length;
    const shipment = await this.api.ship(`${orderId}-${number}`, orderId);
    if (!shipment) return;
    this.#shipments.push(shipment);
    if (this.#shipments.length % CANCELLED_OF === 0) {
      // The van has broken down: the parcel is back, and leaves with the next one.
      await this.api.cancelShipment(shipment.shipmentId);
      this.#counts.cancelledShipments += 1;
      const again = await this.api.ship(`${shipment.shipmentId}-again`, orderId);
      if (again) this.#shipments.push(again);
    } else if (this.#shipments.length % RETURNED_OF === 0) {
      const { sku } = shipment.lines[0]!;
      const disposition = this.#shipments.length % (2 * RETURNED_OF) === 0 ? 'scrap' : 'restock';
      await this.api.takeBack(`${shipment.shipmentId}-back`, orderId, { sku, quantity: 1, disposition });
      this.#counts.returnedUnits += 1;
    }
  }
}
