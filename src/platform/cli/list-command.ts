import { type Command, type Option } from 'commander';
import { storedCode } from '../../vocabulary/code.js';
import { wholeNumber } from '../../vocabulary/value.js';
import type { Application, ApplicationRunner } from './application-runner.js';
import { command, valueArgument, valueOption } from './command.js';
import { print, printJson, table, type JsonOption } from './print.js';

const DEFAULT_LIMIT = 50;
const LIMIT = wholeNumber({ min: 1, max: 500 });

interface PageOptions extends JsonOption {
  readonly after?: string;
  readonly limit: number;
}

interface List<Item, Options> {
  readonly name: string;
  readonly description: string;
  /** The name of the argument that asks for one item. */
  readonly item: string;
  readonly showOne: (application: Application, name: string, asJson: boolean) => Promise<void>;
  /** Finds at most `count` items after a cursor. */
  readonly find: (
    application: Application,
    options: Options & { readonly after: string | undefined; readonly count: number },
  ) => Promise<readonly Item[]>;
  readonly cursorOf: (item: Item) => string;
  readonly header: readonly string[];
  readonly cells: (item: Item) => readonly (string | number)[];
  readonly none: string;
  readonly options?: readonly Option[];
}

/** `NAME [ITEM]`: one page of a list as a table or as the JSON of REST, or one item. */
export function listCommand<Item, Options extends object = object>(
  list: List<Item, Options>,
  run: ApplicationRunner,
): Command {
  const { name, description, item, showOne, find, cursorOf, header, cells, none, options = [] } = list;
  const listing = command(name, description)
    .addArgument(valueArgument(item, 'Show only this one', storedCode).argOptional())
    .option('--after <cursor>', 'Start after this one')
    .addOption(limitOption());
  for (const option of options) listing.addOption(option);
  return listing.action((one: string | undefined, given: Options & PageOptions) =>
    run(async (application) => {
      if (one !== undefined) return showOne(application, one, given.json ?? false);
      const found = await find(application, { ...given, after: given.after, count: given.limit + 1 });
      printPage(found, { ...given, cursorOf, none, format: (items) => table(header, items.map(cells)) });
    }),
  );
}

export function limitOption(): Option {
  return valueOption('--limit <number>', 'Show at most this many', LIMIT).default(DEFAULT_LIMIT);
}

interface Page<Item> {
  readonly limit: number;
  readonly json?: true | undefined;
  readonly cursorOf: (item: Item) => string | number;
  readonly format: (items: readonly Item[]) => string;
  readonly none: string;
}

/** @param found at most `limit + 1` items: the last one shows only that there are more */
export function printPage<Item>(
  found: readonly Item[],
  { limit, json, cursorOf, format, none }: Page<Item>,
): void {
  const items = found.slice(0, limit);
  const next = found.length > limit ? cursorOf(items.at(-1)!) : null;
  printItems({ items, next }, { json, format, none });
}

/** Prints a page whose query has said itself where the next one starts. */
export function printItems<Item>(
  { items, next }: { readonly items: readonly Item[]; readonly next: string | number | null },
  { json, format, none }: Pick<Page<Item>, 'json' | 'format' | 'none'>,
): void {
  if (json) return printJson({ items, next });
  print(items.length === 0 ? none : format(items));
  if (next !== null) process.stderr.write(`There are more: add --after ${JSON.stringify(next)}\n`);
}
