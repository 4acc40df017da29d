import { Argument, InvalidArgumentError } from 'commander';
import { quantity } from '../../vocabulary/quantity.js';
import type { Value } from '../../vocabulary/value.js';

/** A number of units of a SKU, as the command line writes it. */
export interface UnitsOfSku {
  readonly sku: string;
  readonly quantity: number;
}

/**
 * Any number of arguments, each as SKU=QUANTITY.
 * @param name as commander has it: `[lines...]` if it may be left out, else `<lines...>`
 */
export const unitsOfSkuArgument = (name: string, description: string, sku: Value<string>): Argument =>
  new Argument(name, description).argParser<UnitsOfSku[]>((text, before = []) => [
    ...before,
    readUnits(text, sku),
  ]);

/** The last `=` counts: a SKU may contain one. */
function readUnits(text: string, sku: Value<string>): UnitsOfSku {
  const at = text.lastIndexOf('=');
  const name = text.slice(0, Math.max(at, 0));
  const units = quantity.parse(text.slice(at + 1));
  if (at < 1) throw new InvalidArgumentError('A line is written SKU=QUANTITY, e.g. SMALL-TABLE=10.');
  if (!sku.isValid(name)) throw new InvalidArgumentError(`The SKU ${sku.message}.`);
  if (!quantity.isValid(units)) throw new InvalidArgumentError(`The quantity ${quantity.message}.`);
  return { sku: name, quantity: units };
}
