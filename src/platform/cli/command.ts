import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { Value } from '../../vocabulary/value.js';

/** A command without options of its own. Every description starts with a capital and has no full stop. */
export function bareCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .helpOption('-h, --help', 'Show this help')
    .helpCommand(false);
}

/** A command that can print its result as JSON. */
export function command(name: string, description: string): Command {
  return bareCommand(name, description).option('--json', 'Print the result as JSON');
}

export function group(name: string, description: string, ...commands: readonly Command[]): Command {
  return commands.reduce((all, each) => all.addCommand(each), bareCommand(name, description));
}

/** An argument that holds a value of the vocabulary. */
export const valueArgument = (name: string, description: string, value: Value<unknown>): Argument =>
  new Argument(`<${name}>`, description).argParser(readerOf(value));

/** @param flags as commander has them, e.g. `--sku <sku>` */
export const valueOption = (flags: string, description: string, value: Value<unknown>): Option =>
  new Option(flags, description).argParser(readerOf(value));

function readerOf({ parse, isValid, message }: Value<unknown>): (text: string) => unknown {
  return (text) => {
    const value = parse(text);
    if (!isValid(value)) throw new InvalidArgumentError(`It ${message}.`);
    return value;
  };
}
