import { expect } from '@jest/globals';
import { CountStock } from '../../src/allocation/commands/count-stock.js';
import type { Movement } from '../../src/ledger/domain/movement.js';
import { CheckIntegrity } from '../../src/ledger/queries/check-integrity.js';
import { ListMovements } from '../../src/ledger/queries/list-movements.js';
import type { Steps } from './gherkin.js';
import type { World } from './world.js';

/** What is said of counts, and of why a batch has the units that it has. */
export function ledger(steps: Steps<World>): void {
  steps
    .on('{units} {sku} of {batch} are counted, says {name}', (world, { units, batch, name }) =>
      world.tries(new CountStock(name, batch, { counted: Number(units) })),
    )
    .on(
      '{units} {sku} of {batch} are counted where {had} were expected, says {name}',
      (world, { units, batch, had, name }) =>
        world.tries(new CountStock(name, batch, { counted: Number(units), expected: Number(had) })),
    )
    .on('the movements of {batch} are:', async (world, { batch }, rows) => {
      await world.settled();
      const { items } = await world.ask(new ListMovements({ batchReference: batch }, 0, 100));
      expect(items.map(rowOf)).toEqual(rows);
    })
    .on('a check of all figures finds nothing', async (world) => {
      const { products, differences } = await world.ask(new CheckIntegrity());
      expect({ products, differences }).toEqual({ products: 1, differences: [] });
    });
}

function rowOf(movement: Movement): Record<string, string> {
  return {
    kind: movement.kind,
    'on hand': String(movement.onHandChange),
    after: String(movement.onHandAfter),
    'to come': String(movement.inboundChange),
    'after it': String(movement.inboundAfter),
    claimed: String(movement.claimedChange),
    then: String(movement.claimedAfter),
    order: movement.orderId ?? '',
  };
}
