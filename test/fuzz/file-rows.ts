import fc from 'fast-check';
import { every, isEta, isNewCode, isQuantity } from './contract.js';
import {
  asJson,
  hostileDay,
  hostileJson,
  hostileName,
  hostileNumber,
  hostileText,
  mostly,
} from './hostile.js';

/** A line of a file, by which its rows are known again. */
export interface Row {
  readonly line: Buffer;
  /** Whether the contract lets it in; null where it is left open. */
  readonly isAllowed: boolean | null;
}

/** A number of a cell is its digits. */
const isUnits = (cell: string) => /^[0-9]+$/.test(cell) && isQuantity(Number(cell), 1);
const inQuotes = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
/** A line break ends the row, and half a character is written as another one. */
const inFile = (text: string) => Buffer.from(text.replace(/\r?\n/g, '⏎'), 'utf8').toString('utf8');

/** @param reference by which it is found in the database */
export const csvRow = (reference: string): fc.Arbitrary<Row> =>
  fc
    .tuple(
      mostly(fc.constant(''), hostileText, 3).map(inFile),
      mostly(fc.constant('CHAIR'), hostileText, 6).map(inFile),
      mostly(fc.constant('5'), hostileNumber, 6),
      mostly(fc.constantFrom('', '2027-01-31'), hostileDay, 6).map(inFile),
      mostly(
        fc.constant((line: string) => Buffer.from(line)),
        strangeLine,
        12,
      ),
    )
    .map(([more, sku, quantity, eta, write]) => {
      const code = `${reference}${more}`;
      const line = [code, sku, quantity, eta].map(inQuotes).join(',');
      const bytes = write(line);
      const isPlain = bytes.equals(Buffer.from(line));
      const verdict = every([isNewCode(code), isNewCode(sku), isUnits(quantity), eta === '' || isEta(eta)]);
      return { line: bytes, isAllowed: isPlain ? verdict : null };
    });

/** What may become of a line on its way. */
const strangeLine: fc.Arbitrary<(line: string) => Buffer> = fc.constantFrom(
  (line: string) => Buffer.from(line, 'utf16le'),
  (line: string) => Buffer.from(`${line}\r`),
  (line: string) => Buffer.from(line.slice(0, -1)),
  (line: string) => Buffer.from(line.slice(1)),
  (line: string) => Buffer.from(`${line},`),
  (line: string) => Buffer.from(line.replaceAll('"', '')),
  (line: string) => Buffer.from(line.replaceAll(',', ';')),
  (line: string) => Buffer.from(`\ufeff${line}`),
  (line: string) => Buffer.from(line.replace('5', '\0')),
  (line: string) => Buffer.concat([Buffer.from(line), Buffer.from([0xff])]),
  (line: string) => Buffer.from(line + 'x'.repeat(1_100_000)),
  () => Buffer.from(''),
  () => Buffer.from('reference,sku,quantity,eta'),
);

export const jsonRow = (order: string): fc.Arbitrary<Row> =>
  fc
    .tuple(
      mostly(fc.constant(''), hostileText, 3),
      mostly(fc.constant('"CHAIR"'), hostileJson, 6),
      mostly(fc.constant('1'), fc.oneof(hostileNumber, hostileJson), 6),
      mostly(
        fc.constant(''),
        fc.tuple(hostileName, hostileJson).map(([name, value]) => `,${asJson(name)}:${value}`),
        8,
      ),
      fc.constantFrom('orderId', 'order_id'),
    )
    .map(([more, sku, quantity, strange, name]) => {
      const code = `${order}${more}`;
      const line = `{"${name}":${asJson(code)},"sku":${sku},"quantity":${quantity}${strange}}`;
      const value = parsed(line);
      const isAllowed =
        value === null || strange !== ''
          ? false
          : every([isNewCode(code), isNewCode(value.sku), isQuantity(value.quantity, 1)]);
      // What is right and too much is out of stock.
      const isOpen = (strange !== '' && value !== null) || (isAllowed && Number(value?.quantity) > 1_000);
      return { line: Buffer.from(line), isAllowed: isOpen ? null : isAllowed };
    })
    // A line break in the JSON would be two rows.
    .filter(({ line }) => !line.includes('\n'));

function parsed(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}
