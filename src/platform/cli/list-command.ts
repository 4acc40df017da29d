import { type Command, type Option } from 'commander';
import { storedCode } from '../../vocabulary/code.js';
import { wholeNumber } from '../../vocabulary/value.js';
import type { Application } from './application-runner.js';
import type { Ask } from './ask.js';
import { command, valueArgument, valueOption } from './command.js';
import { print, printJson, printResult, table, type JsonOption } from './print.js';
import { path } from './rest/service.js';

const DEFAULT_LIMIT = 50;
const LIMIT = wholeNumber({ min: 1, max: 500 });

interface PageOptions extends JsonOption {
  readonly after?: string;
  readonly limit: number;
}

interface ListOptions {
  readonly after?: string | undefined;
  readonly count: number;
  readonly sku?: string;
}

interface List<Item, One> {
  readonly name: string;
  readonly description: string;
  /** The name of the argument that asks for one item. */
  readonly item: string;
  /** Of the list in REST. Options are fields of its query. */
  readonly path: string;
  readonly findOne: (application: Application, name: string) => Promise<One>;
  readonly formatOne: (one: One) => string;
  /** Finds at most `count` items after a cursor. */
  readonly find: (application: Application, options: ListOptions) => Promise<readonly Item[]>;
  readonly cursorOf: (item: Item) => string;
  readonly header: readonly string[];
  readonly cells: (item: Item) => readonly (string | number)[];
  readonly none: string;
  readonly options?: readonly Option[];
}

/** `NAME [ITEM]`: one page of a list as a table or as the JSON of REST, or one item. Neither holds a date. */
export function listCommand<Item extends object, One extends object>(
  list: List<Item, One>,
  ask: Ask<Application>,
): Command {
  const { name, description, item, find, cursorOf, header, cells, none, options = [] } = list;
  const listing = command(name, description)
    .addArgument(valueArgument(item, 'Show only this one', storedCode).argOptional())
    .option('--after <cursor>', 'Start after this one')
    .addOption(limitOption());
  for (const option of options) listing.addOption(option);
  return listing.action((one: string | undefined, { json, ...query }: PageOptions) => {
    if (one !== undefined) return showOne(list, one, { ...(json && { json }) }, ask);
    const { after, limit } = query;
    return ask<Page<Item>>({
      onDatabase: async (application) =>
        pageOf(await find(application, { ...query, after, count: limit + 1 }), limit, cursorOf),
      overRest: (service) => service.get(list.path, { ...query }),
      show: (page) =>
        printItems(page as Page<Item>, { json, none, format: (items) => table(header, items.map(cells)) }),
    });
  });
}

function showOne<One extends object>(
  { path: list, findOne, formatOne }: Pick<List<never, One>, 'path' | 'findOne' | 'formatOne'>,
  name: string,
  options: JsonOption,
  ask: Ask<Application>,
): Promise<void> {
  return ask<One>({
    onDatabase: (application) => findOne(application, name),
    overRest: (service) => service.get(list + path`/${name}`),
    show: (one) => printResult(options, one as One, formatOne(one as One)),
  });
}

export function limitOption(): Option {
  return valueOption('--limit <number>', 'Show at most this many', LIMIT).default(DEFAULT_LIMIT);
}

/** A part of a list, as REST has it: `next` is the cursor of the next one, null at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | number | null;
}

/** @param found at most `limit + 1` items: the last one shows only that there are more */
export function pageOf<Item>(
  found: readonly Item[],
  limit: number,
  cursorOf: (item: Item) => string | number,
): Page<Item> {
  const items = found.slice(0, limit);
  return { items, next: found.length > limit ? cursorOf(items.at(-1)!) : null };
}

interface Shown<Item> {
  readonly json?: true | undefined;
  readonly format: (items: readonly Item[]) => string;
  readonly none: string;
}

export function printItems<Item>({ items, next }: Page<Item>, { json, format, none }: Shown<Item>): void {
  if (json) return printJson({ items, next });
  print(items.length === 0 ? none : format(items));
  if (next !== null) process.stderr.write(`There are more: add --after ${JSON.stringify(next)}\n`);
}
