/*
 * Recognises what spreadsheets and exports make of a value. Each function says as the end of a sentence why a cell is
 * rejected, or returns undefined if it does not know.
 */

/** Longer texts are not checked: no damaged value is so long. */
const MOST_CHARACTERS = 40;

/** A thousands separator. `\s` includes thin and no-break spaces; the Swiss use an apostrophe. */
const GROUP = "[,.'’\\s]";
const THOUSANDS = new RegExp(`^[+-]?\\d{1,3}(${GROUP})\\d{3}(?:\\1\\d{3})*$`);
const THOUSANDS_AND_DECIMALS = new RegExp(`^[+-]?\\d{1,3}(?:${GROUP}\\d{3})+[.,]\\d+$`);
const DECIMALS = /^[+-]?\d*[.,]\d*$/;
/**
 * `4.00639E+12`, `4,00639E+12`, `4E+12`, `1E-05`: spreadsheets write a decimal separator or the sign of the exponent.
 * `1E5` and `12E40` have neither and may be real codes.
 */
const SCIENTIFIC = /^[+-]?\d{1,3}(?:[.,]\d+E[+-]?|E[+-])\d{1,3}$/i;
/** `#N/A`, `#NAME?`, `#REF!`, and the `####` of a column that is too narrow. */
const SPREADSHEET_ERROR =
  /^#(?:N\/A|NAME\?|(?:REF|VALUE|NUM|NULL|DIV\/0|SPILL|CALC|FIELD|GETTING_DATA)!?|#{2,})$/i;
/** `="00123"`, which keeps leading zeros in a spreadsheet. */
const QUOTING_FORMULA = /^="[^"]*"$/;

/** For a text that is a valid code. */
export function whyNoCode(text: string): string | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  if (SCIENTIFIC.test(text)) {
    return `${text} is a long number that a spreadsheet shortened: format the column as text and write all digits`;
  }
  if (SPREADSHEET_ERROR.test(text)) return `${text} is a spreadsheet error: write the code itself`;
  if (QUOTING_FORMULA.test(text)) return `${text} is a spreadsheet formula: write ${text.slice(2, -1)}`;
  return undefined;
}

/** For a text that is no valid quantity. */
export function whyNoUnits(text: string): string | undefined {
  if (text === '') return 'it is empty';
  if (text.length > MOST_CHARACTERS) return undefined;
  if (/^\d+$/.test(text)) return undefined;
  if (/^\s*\d+\s*$/.test(text)) return `"${text}" has white space around it`;
  if (/^[+-]?\d{1,3}\.\d{3}$/.test(text)) return `${text} has a thousands separator or decimals: ${DIGITS}`;
  if (THOUSANDS.test(text)) return `${text} has a thousands separator: ${DIGITS}`;
  if (THOUSANDS_AND_DECIMALS.test(text)) return `${text} has a thousands separator and decimals: ${DIGITS}`;
  if (DECIMALS.test(text)) return `${text} has decimals: ${DIGITS}`;
  if (SCIENTIFIC.test(text)) return `${text} is a long number that a spreadsheet shortened: write all digits`;
  if (SPREADSHEET_ERROR.test(text)) return `${text} is a spreadsheet error`;
  if (/^\+\d+$/.test(text)) return `${text} has a sign: ${DIGITS}`;
  if (/^\d[\d\s]*[^\d\s]+$/.test(text)) return `${text} contains more than digits: ${DIGITS}`;
  return undefined;
}

const DIGITS = 'write digits only';

/** For a text that is no valid date. */
export function whyNoDay(text: string): string | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  if (/^\d{5}(?:[.,]\d+)?$/.test(text)) {
    return `${text} is a spreadsheet's serial number of a date: format the column as YYYY-MM-DD`;
  }
  if (/^\d{4}-\d\d-\d\d[T ]/.test(text)) return `${text} has a time: write only the date`;
  if (/^\d{8}$/.test(text) || /^\d{1,4}[-./\s]+\d{1,2}[-./\s]+\d{1,4}\.?$/.test(text)) {
    return `${text} is another date format: format the column as YYYY-MM-DD`;
  }
  if (SPREADSHEET_ERROR.test(text)) return `${text} is a spreadsheet error`;
  return undefined;
}
