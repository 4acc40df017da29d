import { readJsonFile } from '../../platform/cli/json-file.js';
import { newChannel } from '../../vocabulary/channel.js';
import { locations } from '../../vocabulary/location.js';
import { eta } from '../../vocabulary/eta.js';
import { quantity } from '../../vocabulary/quantity.js';
import { newSku } from '../../vocabulary/sku.js';
import { wholeNumber, type Value } from '../../vocabulary/value.js';
import type { OrderDraft } from '../commands/order-draft.js';
import { MOST_LINES, PRIORITY } from './order-columns.js';

export const HOLD_SECONDS = wholeNumber({ min: 10, max: 14_400 });
export const WHEN_SHORT = ['refuse', 'skip', 'backorder'] as const;

export type Rule = Pick<Value<unknown>, 'isValid' | 'message'>;
export type Fields = Readonly<Record<string, Rule>>;

export function oneOf(words: readonly string[]): Rule {
  return {
    message: `must be one of: ${words.join(', ')}`,
    isValid: (value): value is string => words.some((each) => each === value),
  };
}

export const FLAG: Rule = {
  message: 'must be true or false',
  isValid: (value): value is boolean => typeof value === 'boolean',
};

const LINE: Fields = { sku: newSku, quantity, split: FLAG, neededBy: eta };
export const LIST: Rule = {
  message: 'must be a list',
  isValid: (value): value is unknown[] => Array.isArray(value),
};

const ORDER: Fields = {
  lines: LIST,
  whenShort: oneOf(WHEN_SHORT),
  expiresInSeconds: HOLD_SECONDS,
  priority: PRIORITY,
  channel: newChannel,
  locations,
  shipComplete: FLAG,
  reopen: FLAG,
};

/**
 * Reads an order from a JSON file, by the rules that REST has for its body.
 * @param file its path, or `-` for stdin
 * @throws {Error} that says what is wrong with the file
 */
export async function readOrderFile(file: string): Promise<OrderDraft> {
  const name = file === '-' ? 'stdin' : file;
  return orderOf(await readJsonFile(file), name);
}

/**
 * An order as JSON has it.
 * @param where for the message
 * @param more fields that it has to have
 * @throws {Error} that says what is wrong with it
 */
export function orderOf(value: unknown, where: string, more: Fields = {}): OrderDraft {
  const order = requireFields(value, { ...ORDER, ...more }, ['lines', ...Object.keys(more)], where);
  const lines = (order.lines as unknown[]).map((line, i) =>
    requireFields(line, LINE, ['sku', 'quantity'], `${where}, line ${i + 1} of the order`),
  );
  return { ...order, lines: requireLines(lines as unknown as OrderDraft['lines']) };
}

/** @throws {Error} unless there are 1 to 100 */
export function requireLines(lines: OrderDraft['lines']): OrderDraft['lines'] {
  if (lines.length === 0) throw new Error('The order has no line: give lines as SKU=QUANTITY, or by --file.');
  if (lines.length > MOST_LINES)
    throw new Error(`An order has at most ${MOST_LINES} lines, not ${lines.length}.`);
  return lines;
}

/**
 * @param where for the message
 * @throws {Error} that says what is wrong with it
 */
export function requireFields(value: unknown, fields: Fields, required: readonly string[], where: string) {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${where}: it must be a JSON object.`);
  const given = value as Readonly<Record<string, unknown>>;
  for (const name of required)
    if (!Object.hasOwn(given, name)) throw new Error(`${where}: ${name} is required.`);
  for (const [name, each] of Object.entries(given)) {
    const rule = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!rule) throw new Error(`${where}: ${name} is not a known field.`);
    if (!rule.isValid(each)) throw new Error(`${where}: ${name} ${rule.message}.`);
  }
  return given;
}
