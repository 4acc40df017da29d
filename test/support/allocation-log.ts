import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import type { RunningService } from './service.js';

const TYPES: readonly string[] = [
  'LineAllocated',
  'LineDeallocated',
  'LineReallocated',
  'OutOfStock',
  'BatchOverdue',
  'PromisesChanged',
] satisfies AllocationEvent['type'][];

/** An event of allocation about a line, as `GET /v1/events` gives it; of `OutOfStock` only the version is there. */
export interface Told {
  readonly position: number;
  readonly type: AllocationEvent['type'];
  readonly key: string;
  readonly data: {
    readonly orderId: string;
    readonly quantity: number;
    readonly batchReference: string;
    readonly previousBatchReference?: string;
    readonly productVersion: number;
  };
}

/** What the log tells of a product's allocations, in its order, read page by page. */
export async function allocationsTold(service: RunningService, sku?: string): Promise<Told[]> {
  const told: Told[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page: { body: { items: Told[]; next: number | null } } = await service.request(
      'GET',
      `/v1/events?after=${after}&limit=500`,
    );
    told.push(...page.body.items.filter(({ type }) => TYPES.includes(type)));
    after = page.body.next;
  }
  return sku === undefined ? told : told.filter(({ key }) => key === sku);
}
