/**
 * What spreadsheets and exports make of a value: why a cell is refused, as the end of a sentence. Undefined if nothing
 * is known of it. They look at short texts alone: no value that somebody means is longer.
 */

const MOST_CHARACTERS = 40;

/** A thin or unbreakable space is one too, as is the Swiss apostrophe. */
const GROUP = "[,.'’\\s]";
const THOUSANDS = new RegExp(`^[+-]?\\d{1,3}(${GROUP})\\d{3}(?:\\1\\d{3})*$`);
const THOUSANDS_AND_DECIMALS = new RegExp(`^[+-]?\\d{1,3}(?:${GROUP}\\d{3})+[.,]\\d+$`);
const DECIMALS = /^[+-]?\d*[.,]\d*$/;
/**
 * `4.00639E+12`, `4,00639E+12`, `4E+12`, `1E-05`: with a decimal separator or with the sign of the exponent, as every
 * spreadsheet writes it. `1E5` and `12E40` have neither, and somebody may mean them.
 */
const SCIENTIFIC = /^[+-]?\d{1,3}(?:[.,]\d+E[+-]?|E[+-])\d{1,3}$/i;
/** `#N/A`, `#NAME?`, `#REF!`, and the fence of a column that is too narrow. */
const SPREADSHEET_ERROR =
  /^#(?:N\/A|NAME\?|(?:REF|VALUE|NUM|NULL|DIV\/0|SPILL|CALC|FIELD|GETTING_DATA)!?|#{2,})$/i;
/** `="00123"` keeps the zeros in a spreadsheet. */
const QUOTING_FORMULA = /^="[^"]*"$/;

/** Of a code that may otherwise be one. */
export function whyNoCode(text: string): string | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  if (SCIENTIFIC.test(text)) {
    return `${text} is how a spreadsheet shortens a long number: format the column as text and write all digits`;
  }
  if (SPREADSHEET_ERROR.test(text)) return `${text} is an error of a spreadsheet: write the code itself`;
  if (QUOTING_FORMULA.test(text)) return `${text} is a formula of a spreadsheet: write ${text.slice(2, -1)}`;
  return undefined;
}

/** Of a number of units that is none. */
export function whyNoUnits(text: string): string | undefined {
  if (text === '') return 'it is empty';
  if (text.length > MOST_CHARACTERS) return undefined;
  if (/^\d+$/.test(text)) return undefined;
  if (/^\s*\d+\s*$/.test(text)) return `"${text}" has white space around it`;
  if (/^[+-]?\d{1,3}\.\d{3}$/.test(text)) return `${text} has a thousands separator or decimals: ${DIGITS}`;
  if (THOUSANDS.test(text)) return `${text} has a thousands separator: ${DIGITS}`;
  if (THOUSANDS_AND_DECIMALS.test(text)) return `${text} has a thousands separator and decimals: ${DIGITS}`;
  if (DECIMALS.test(text)) return `${text} has decimals: ${DIGITS}`;
  if (SCIENTIFIC.test(text)) return `${text} is how a spreadsheet shortens a long number: write all digits`;
  if (SPREADSHEET_ERROR.test(text)) return `${text} is an error of a spreadsheet`;
  if (/^\+\d+$/.test(text)) return `${text} has a sign: ${DIGITS}`;
  if (/^\d[\d\s]*[^\d\s]+$/.test(text)) return `${text} has more than digits: ${DIGITS}`;
  return undefined;
}

const DIGITS = 'write digits alone';

/** Of a day that is none. */
export function whyNoDay(text: string): string | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  if (/^\d{5}(?:[.,]\d+)?$/.test(text)) {
    return `${text} is the number by which a spreadsheet knows a day: format the column as YYYY-MM-DD`;
  }
  if (/^\d{4}-\d\d-\d\d[T ]/.test(text)) return `${text} has a time: write the day alone`;
  if (/^\d{8}$/.test(text) || /^\d{1,4}[-./\s]+\d{1,2}[-./\s]+\d{1,4}\.?$/.test(text)) {
    return `${text} is another form, such as a spreadsheet shows: format the column as YYYY-MM-DD`;
  }
  if (SPREADSHEET_ERROR.test(text)) return `${text} is an error of a spreadsheet`;
  return undefined;
}
