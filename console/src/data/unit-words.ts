import { counted, grouped } from '../ui/numbers.js';

/** What dialogs say of units, in the singular and in the plural. */
export const unitWords = {
  toCome: (units: number) => `${counted(units, 'is', 'are')} still to come.`,
  onHand: (units: number) => `${counted(units, 'is', 'are')} on hand`,
  expected: (units: number) => `${counted(units, 'was', 'were')} expected when this was opened.`,
  afterReceipt: (onHand: number, toCome: number) =>
    `Then ${counted(onHand, 'unit is', 'units are')} on hand and ${grouped(toCome)} still to come.`,
  /** @param by how many more there are than was known; below 0: fewer */
  variance: (by: number) =>
    by < 0
      ? counted(-by, 'unit is missing', 'units are missing')
      : counted(by, 'unit was found', 'units were found'),
  stayPromised: (units: number) =>
    `${counted(units, 'unit stays promised as it is', 'units stay promised as they are')}.`,
  /** Goes on what names the units. */
  becomeFree: (units: number, sku: string) =>
    `${units === 1 ? 'is free at once, and goes' : 'are free at once, and go'} to lines that wait for ${sku}, if there are any.`,
  backFromShipment: (units: number) => {
    const [unit, it, itIs] = units === 1 ? ['unit is', 'it', 'it is'] : ['units are', 'them', 'they are'];
    return `${grouped(units)} ${unit} on hand again, and the order claims ${it} as before, on the same batches. If the order was cancelled since, ${itIs} free.`;
  },
} as const;
