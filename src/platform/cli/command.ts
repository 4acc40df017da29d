import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { newCode, storedCode } from '../../vocabulary/code.js';
import { MOST_UNITS, wholeNumber, type Rule } from '../../vocabulary/rules.js';

/** A command, with what every command has. */
export function command(name: string, description: string): Command {
  return new Command(name).description(description).option('--json', 'print the result as JSON');
}

/** Commands that belong together, under one name. */
export function group(name: string, description: string, ...commands: readonly Command[]): Command {
  return commands.reduce((all, each) => all.addCommand(each), new Command(name).description(description));
}

/**
 * A reference, a SKU, an order.
 * @param isNew it is written for the first time here, and so may hold nothing that cannot be seen
 */
export function codeArgument(name: string, description: string, { isNew = false } = {}): Argument {
  return new Argument(`<${name}>`, description).argParser((value) => {
    refuseUnless(isNew ? newCode : storedCode, value);
    return value;
  });
}

/** A reference, a SKU or an order that is known already, as the value of an option. */
export function readCode(value: string): string {
  refuseUnless(storedCode, value);
  return value;
}

/** Units of a product. */
export function unitsArgument(name: string, description: string, { min = 1 } = {}): Argument {
  return wholeNumberArgument(name, description, { min, max: MOST_UNITS });
}

export function wholeNumberArgument(
  name: string,
  description: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER } = {},
): Argument {
  return new Argument(`<${name}>`, description).argParser((value) => readWholeNumber(value, min, max));
}

/** @param flags as commander has them, e.g. `--limit <number>` */
export function wholeNumberOption(
  flags: string,
  description: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER } = {},
): Option {
  return new Option(flags, description).argParser((value) => readWholeNumber(value, min, max));
}

function readWholeNumber(value: string, min: number, max: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  refuseUnless(wholeNumber({ min, max }), number);
  return number;
}

function refuseUnless({ isValid: allows, message: says }: Rule, value: unknown): void {
  if (!allows(value)) throw new InvalidArgumentError(`It ${says}.`);
}
