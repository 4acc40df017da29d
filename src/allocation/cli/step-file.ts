import { readJsonFile } from '../../platform/cli/json-file.js';
import { newChannel } from '../../vocabulary/channel.js';
import { newDocumentId } from '../../vocabulary/document-id.js';
import { eta } from '../../vocabulary/eta.js';
import { newOrderId, orderId } from '../../vocabulary/order-id.js';
import { quantity, quantityOrZero } from '../../vocabulary/quantity.js';
import { newReference, reference } from '../../vocabulary/reference.js';
import { newSku, sku } from '../../vocabulary/sku.js';
import { wholeNumber } from '../../vocabulary/value.js';
import { MOST_STEPS } from '../commands/simulation-limits.js';
import type { StepDraft } from '../commands/step-draft.js';
import { BACKORDER_POLICIES, MOST_SHELF_LIFE_DAYS } from '../domain/policy.js';
import { PREFERENCES } from '../domain/preference.js';
import {
  FLAG,
  LIST,
  oneOf,
  orderOf,
  requireFields,
  WHEN_SHORT,
  type Fields,
  type Rule,
} from './order-file.js';

const CHANNEL_OR_NULL: Rule = {
  message: `${newChannel.message}, or null`,
  isValid: (value): value is string | null => value === null || newChannel.isValid(value),
};
const PROTECTION: Fields = { channel: CHANNEL_OR_NULL, quantity, until: eta };
const SHIPPED_LINE: Fields = { sku, quantity };

interface Call {
  readonly fields: Fields;
  readonly required: readonly string[];
  /** A field that is a list, and what each of its items has. */
  readonly list?: { readonly name: string; readonly fields: Fields; readonly required: readonly string[] };
}

const CALLS: Readonly<Record<Exclude<keyof StepDraft, 'order'>, Call>> = {
  allocate: {
    fields: {
      orderId: newOrderId,
      sku: newSku,
      quantity,
      split: FLAG,
      neededBy: eta,
      whenShort: oneOf(WHEN_SHORT),
    },
    required: ['orderId', 'sku', 'quantity'],
  },
  register: {
    fields: { reference: newReference, sku: newSku, quantity, eta },
    required: ['reference', 'sku', 'quantity'],
  },
  changeQuantity: { fields: { reference, quantity: quantityOrZero }, required: ['reference', 'quantity'] },
  reschedule: { fields: { reference, eta }, required: ['reference', 'eta'] },
  receive: {
    fields: {
      ...{ receiptId: newDocumentId, batchReference: reference, quantity: quantityOrZero },
      ...{ rejected: quantityOrZero, final: FLAG },
    },
    required: ['receiptId', 'batchReference', 'quantity'],
  },
  ship: {
    fields: { shipmentId: newDocumentId, orderId, lines: LIST },
    required: ['shipmentId', 'orderId'],
    list: { name: 'lines', fields: SHIPPED_LINE, required: ['sku', 'quantity'] },
  },
  policy: {
    fields: {
      ...{ sku, preference: oneOf(PREFERENCES), backorders: oneOf(BACKORDER_POLICIES), protections: LIST },
      minimumShelfLifeDays: wholeNumber({ max: MOST_SHELF_LIFE_DAYS }),
    },
    required: ['sku'],
    list: { name: 'protections', fields: PROTECTION, required: ['channel', 'quantity'] },
  },
};

const NAMES = ['order', ...Object.keys(CALLS)];

/**
 * Reads the steps of a simulation from a JSON file, by the rules that REST has for its body: `{"steps": [...]}`, or the list
 * alone.
 * @param file its path, or `-` for stdin
 * @throws {Error} that says what is wrong with the file
 */
export async function readStepFile(file: string): Promise<readonly StepDraft[]> {
  const name = file === '-' ? 'stdin' : file;
  const read = await readJsonFile(file);
  const steps = Array.isArray(read)
    ? (read as unknown[])
    : (requireFields(read, { steps: LIST }, ['steps'], name).steps as unknown[]);
  if (steps.length === 0 || steps.length > MOST_STEPS)
    throw new Error(`${name}: a simulation has 1 to ${MOST_STEPS} steps, not ${steps.length}.`);
  return steps.map((step, i) => stepOf(step, `${name}, step ${i + 1}`));
}

function stepOf(value: unknown, where: string): StepDraft {
  const fields = Object.fromEntries(NAMES.map((name) => [name, ANYTHING]));
  const given = Object.entries(requireFields(value, fields, [], where));
  const [call] = given;
  if (!call || given.length > 1)
    throw new Error(`${where}: it must have exactly one field, the name of its call: ${NAMES.join(', ')}.`);
  const [name, body] = call;
  const at = `${where}, ${name}`;
  if (name === 'order') return { order: orderOf(body, at, { orderId: newOrderId }) } as StepDraft;
  const { fields: its, required, list } = CALLS[name as keyof typeof CALLS];
  const read = requireFields(body, its, required, at);
  const items = list && (read[list.name] as unknown[] | undefined);
  items?.forEach((item, i) =>
    requireFields(item, list!.fields, list!.required, `${at}, ${list!.name} ${i + 1}`),
  );
  return { [name]: read };
}

const ANYTHING: Rule = { message: '', isValid: (value): value is unknown => value !== undefined };
