import { expect } from '@jest/globals';
import type { Row, Steps } from './gherkin.js';
import type { Told, World } from './world.js';

/** What the sentences about the record, the numbers in it and the mails look at. */
export function record(steps: Steps<World>): void {
  steps
    .on('nothing new is on record', async (world) => {
      expect((await world.record()).map(entryOf)).toEqual([]);
    })
    .on('nothing new is on record of any promise', async (world) => {
      expect((await world.record()).filter(isOfAllocation).map(entryOf)).toEqual([]);
    })
    .on('the record goes on with:', async (world, _, rows) => {
      const columns = Object.keys(rows[0] ?? {});
      const entries = (await world.record()).map(entryOf);
      expect(entries.map((entry) => columnsOf(entry, columns))).toEqual(rows);
    })
    .on(
      'the record has {count} refusals and {units} units in fewer than {had} entries',
      async (world, { count, units, had }) => {
        const refused = (await world.record()).map(entryOf).filter(({ what }) => what === 'refused');
        const sum = (name: string) => refused.reduce((all, entry) => all + Number(entry[name]), 0);
        expect({ refusals: sum('refused'), units: sum('units') }).toEqual({
          refusals: Number(count),
          units: Number(units),
        });
        expect(refused.length).toBeLessThan(Number(had));
      },
    )
    .on('each of these promises is on record once', async (world) => {
      const promised = (await world.record()).map(entryOf).filter(({ what }) => what === 'promised');
      expect(promised.map(({ order }) => order).sort()).toEqual([...world.crowd].sort());
    })
    .on('the numbers on record of {sku} leave none out', async (world, { sku }) => {
      const told = (await world.record()).filter(isOfAllocation).filter(({ key }) => key === sku);
      const numbers = [...new Set(told.map(({ data }) => data.productVersion))];
      const { version } = await world.product(sku);
      expect(numbers).toEqual(numbers.map((_, i) => version - numbers.length + 1 + i));
    })
    .on('{sku} is at change {change}', isAtChange)
    .on('{sku} is still at change {change}', isAtChange)
    .on(
      'the buyers get an alert that these orders of {sku} lost their promise of {batch}:',
      async (world, { sku, batch }, rows) => {
        const alerts = (await world.mailsAbout(sku)).filter(({ kind }) => kind === 'lost-promises');
        expect(alerts.map(({ batchReference }) => batchReference)).toEqual([batch]);
        const named = /^Orders?: (.*)$/m.exec(alerts[0]!.text)?.[1];
        expect(named?.split(', ').map((order) => ({ order }))).toEqual(rows);
      },
    )
    .on(
      'the buyers get an alert that {batch} of {sku} is late, now due {date}, with these orders:',
      async (world, { batch, sku, date }, rows) => {
        const alerts = (await world.mailsAbout(sku)).filter(({ kind }) => kind === 'late');
        expect(alerts).toMatchObject([
          { batchReference: batch, subject: `Late: batch ${batch} of ${sku}, now due ${date}` },
        ]);
        const named = /^Orders?: (.*)$/m.exec(alerts[0]!.text)?.[1];
        expect(named?.split(', ').map((order) => ({ order }))).toEqual(rows);
      },
    )
    .on('the buyers get no alert that a batch of {sku} is late', async (world, { sku }) => {
      expect((await world.mailsAbout(sku)).filter(({ kind }) => kind === 'late')).toEqual([]);
    })
    .on('the buyers get no alert of a lost promise of {sku}', async (world, { sku }) => {
      const alerts = await world.mailsAbout(sku);
      expect(alerts.filter(({ kind }) => kind === 'lost-promises')).toEqual([]);
    })
    .on('the buyers have these mails about {sku}:', async (world, { sku }, rows) => {
      const mails = (await world.mailsAbout(sku)).map(({ subject, text }) => ({
        about: subject,
        units: /(\d+) units? (?:was|were) asked for in all/.exec(text)?.[1],
      }));
      expect(mails).toEqual(rows);
    });
}

async function isAtChange(world: World, { sku, change }: { sku: string; change: string }): Promise<void> {
  expect({ sku, change: (await world.product(sku)).version }).toEqual({ sku, change: Number(change) });
}

function isOfAllocation(event: Told): event is Extract<Told, { data: { productVersion: number } }> {
  return 'productVersion' in event.data;
}

const columnsOf = (entry: Row, columns: readonly string[]) =>
  Object.fromEntries(columns.map((column) => [column, entry[column] ?? '']));

const unitsOf = (protections: readonly { readonly quantity: number }[]) =>
  String(protections.reduce((sum, { quantity }) => sum + quantity, 0));

/** An entry of the record in the words of the specification. */
function entryOf(told: Told): Row {
  const { type, data } = told;
  const facts = {
    who: told.actor ?? '',
    ...('orderId' in data && { order: data.orderId }),
    ...('quantity' in data && { units: String(data.quantity) }),
    ...('batchReference' in data && { batch: data.batchReference }),
    ...('eta' in data && { arrives: data.eta ?? '' }),
    ...('passedOver' in data && {
      'passed over': data.passedOver
        ?.map(({ batchReference, reason }) => `${batchReference}: ${reason}`)
        .join(', '),
    }),
  };
  switch (type) {
    case 'BatchRegistered':
      return { what: 'bought', ...facts };
    case 'BatchQuantityChanged':
      return { what: 'now holds', ...facts };
    case 'BatchRescheduled':
      return { what: 'now arrives', ...facts };
    case 'BatchLotChanged':
      return { what: data.blocked ? 'blocked' : 'free', ...facts };
    case 'BatchMoved':
      return { what: 'moved to', ...facts, place: data.location, from: data.previousLocation };
    case 'LineAllocated':
      return { what: 'promised', ...facts };
    case 'LineBackordered':
      return { what: `waits: ${data.reason}`, ...facts };
    case 'BackorderEnded':
      return { what: `waits no longer: ${data.reason}`, ...facts };
    case 'LineHeld':
      return { what: 'held', ...facts };
    case 'LineReleased':
      return { what: `released: ${data.reason}`, ...facts };
    case 'LineAmended':
      return { what: 'amended', ...facts, was: String(data.previousQuantity) };
    case 'LineReallocated':
      return { what: 'moved', ...facts, from: data.previousBatchReference };
    case 'LineDeallocated':
      return { what: data.reason === 'cancelled' ? 'given back' : 'given up', ...facts };
    case 'LineShipped':
      return { what: 'shipped', ...facts };
    case 'ShipmentCancelled':
      return { what: 'shipment cancelled', ...facts };
    case 'LineReturned':
      return { what: `returned: ${data.disposition}`, ...facts };
    case 'BatchReceived':
      return { what: 'received', ...facts };
    case 'StockAdjusted':
      return { what: 'adjusted', ...facts, by: String(data.by) };
    case 'OutOfStock': {
      const { refusals, units, available } = data;
      const { who } = facts;
      return {
        what: 'refused',
        who,
        refused: String(refusals),
        units: String(units),
        left: String(available),
      };
    }
    case 'PolicyChanged':
      return { what: 'policy set', ...facts, protected: unitsOf(data.protections) };
    case 'BatchOverdue':
      return { what: 'is overdue', ...facts, lines: String(data.lines), units: String(data.units) };
    case 'PromisesChanged':
      return {
        what: 'is expected',
        ...facts,
        was: data.previousEta ?? '',
        lines: String(data.lines),
        units: String(data.units),
      };
  }
}
