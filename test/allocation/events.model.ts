import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import type { Short } from './placement.model.js';
import type { Answer } from './product.commands.js';

/** What a product publishes in one transaction, and whether that raises its version (rules 5 and 8). */
export class ModelEvents {
  version = 0;
  #events: AllocationEvent[] = [];
  #hasChanged = false;

  constructor(private readonly sku: string) {}

  begin(): void {
    this.#events = [];
    this.#hasChanged = false;
  }

  commit(): AllocationEvent[] {
    if (this.#hasChanged) this.version++;
    return this.#events;
  }

  noteChange(): void {
    this.#hasChanged = true;
  }

  publish(type: AllocationEvent['type'], facts: object): void {
    this.noteChange();
    const data = { ...facts, sku: this.sku, productVersion: this.version + 1 };
    const subject = 'orderId' in data && { subject: data.orderId };
    this.#events.push({ type, version: 1, key: this.sku, ...subject, data } as AllocationEvent);
  }

  /** Refusals of one transaction share one event, which changes nothing. */
  refuse({ quantity, available, earliest, terms: { neededBy } }: Short): Answer {
    const { sku } = this;
    const productVersion = this.version + (this.#hasChanged ? 1 : 0);
    const at = this.#events.findIndex(({ type }) => type === 'OutOfStock');
    const earlier = this.#events[at] as Extract<AllocationEvent, { type: 'OutOfStock' }> | undefined;
    const refusals = (earlier?.data.refusals ?? 0) + 1;
    const units = (earlier?.data.units ?? 0) + quantity;
    const data = { sku, refusals, units, available, productVersion };
    const event: AllocationEvent = { type: 'OutOfStock', version: 1, key: sku, data };
    if (earlier) this.#events[at] = event;
    else this.#events.push(event);
    const facts = { sku, requested: quantity, available, ...(neededBy !== null && { earliest }) };
    return { refused: 'out-of-stock', facts };
  }
}
