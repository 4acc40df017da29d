import { type Option, type Command } from 'commander';
import { storedCode } from '../../vocabulary/code.js';
import { command, valueArgument, wholeNumberOption } from './command.js';
import { print, printJson, table } from './print.js';
import type { Application, ApplicationRunner } from './application-runner.js';

const DEFAULT_LIMIT = 50;
const MOST_LISTED = 500;

interface PageOptions {
  readonly after?: string;
  readonly limit: number;
}

interface List<Item, Options> {
  readonly name: string;
  readonly description: string;
  /** The name of one item, which can be asked for alone. */
  readonly item: string;
  /** Shows one item. */
  readonly showOne: (application: Application, name: string, asJson: boolean) => Promise<void>;
  /** The items after a cursor, in their order: at most so many. */
  readonly find: (
    application: Application,
    options: Options & { readonly after: string | undefined; readonly count: number },
  ) => Promise<readonly Item[]>;
  readonly cursorOf: (item: Item) => string;
  readonly header: readonly string[];
  readonly cells: (item: Item) => readonly (string | number)[];
  /** What is printed if there is none. */
  readonly none: string;
  readonly options?: readonly Option[];
}

/** `NAME [ITEM]`: a page of a list as a table, or as JSON as REST answers it; or one item of it. */
export function listCommand<Item, Options extends object = object>(
  list: List<Item, Options>,
  run: ApplicationRunner,
): Command {
  const { name, description, item, showOne, options = [] } = list;
  const all = command(name, description)
    .addArgument(valueArgument(item, 'show this one alone', storedCode).argOptional())
    .option('--after <cursor>', 'begin after this one')
    .addOption(
      wholeNumberOption('--limit <number>', 'show at most so many', { min: 1, max: MOST_LISTED }).default(
        DEFAULT_LIMIT,
      ),
    );
  for (const option of options) all.addOption(option);
  return all.action((one: string | undefined, given: Options & PageOptions & { readonly json?: true }) =>
    run(async (application) => {
      if (one !== undefined) await showOne(application, one, given.json ?? false);
      else await showPage(application, list, given);
    }),
  );
}

async function showPage<Item, Options extends object>(
  application: Application,
  { find, cursorOf, header, cells, none }: List<Item, Options>,
  given: Options & PageOptions & { readonly json?: true },
): Promise<void> {
  const { after, limit, json } = given;
  // One more than is shown, to see whether there are more.
  const found = await find(application, { ...given, after, count: limit + 1 });
  const items = found.slice(0, limit);
  const next = found.length > limit ? cursorOf(items.at(-1)!) : null;
  if (json) return printJson({ items, next });
  print(items.length === 0 ? none : table(header, items.map(cells)));
  if (next !== null) process.stderr.write(`There are more: --after ${JSON.stringify(next)}\n`);
}

/** `on hand`, or the day on which it is due. */
export const arrival = (eta: string | null): string => eta ?? 'on hand';
