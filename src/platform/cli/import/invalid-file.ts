import type { FileFormat } from '../file-format.js';

/** The file cannot hold rows: nothing is imported. */
export class InvalidFile extends Error {}

/** Bytes at the beginning of a file that are checked. */
export const HEAD_BYTES = 64 * 1024;

/** Reads any bytes as text. No `Buffer` here: the console checks files with this, too. */
const LATIN = new TextDecoder('latin1');

const MAGIC: readonly [bytes: string, what: string][] = [
  ['1f8b', 'compressed (gzip): unpack it first'],
  ['425a68', 'compressed (bzip2): unpack it first'],
  ['fd377a585a00', 'compressed (xz): unpack it first'],
  ['28b52ffd', 'compressed (zstd): unpack it first'],
  ['377abcaf271c', 'an archive (7z): unpack it first'],
  ['526172211a07', 'an archive (RAR): unpack it first'],
  ['d0cf11e0a1b11ae1', 'a spreadsheet (xls): save it as CSV (UTF-8)'],
  ['255044462d', 'a PDF: save the table as CSV (UTF-8)'],
  ['50415231', 'Parquet: convert it to CSV or NDJSON'],
  ['53514c69746520666f726d6174203300', 'an SQLite database: export the table as CSV'],
];

/**
 * Rejects a file by its first bytes if it cannot hold rows.
 * @param head at least the first line, or its first `HEAD_BYTES`
 * @throws {InvalidFile} that says what the file is and what to do
 */
export function requireReadableFile(head: Uint8Array, format: FileFormat): void {
  const what = binaryFormat(head) ?? otherEncoding(head);
  if (what !== undefined) throw new InvalidFile(`The file is ${what}.`);
  const text = new TextDecoder().decode(head);
  const first = /^\s*([^\n]*)/.exec(text)![1]!;
  if (first.includes('\0')) throw new InvalidFile('The file is not text: its first line contains NUL bytes.');
  if (/^<(?:!doctype|html|\?xml|table|meta)/i.test(first))
    throw new InvalidFile('The file is HTML or XML: save the table as CSV (UTF-8).');
  if (/\r(?!\n|$)/.test(text) && !text.includes('\n'))
    throw new InvalidFile('The lines of the file end in CR only: end them with LF or CRLF.');
  const wrong = format === 'csv' ? notCsv(first) : notNdjson(text, first);
  if (wrong !== undefined) throw new InvalidFile(wrong);
}

function binaryFormat(head: Uint8Array): string | undefined {
  if (hexOf(head, 2) === '504b' && head[2]! <= 8) {
    const isWorkbook = /\[Content_Types\]\.xml|xl\/|opendocument\.spreadsheet/.test(LATIN.decode(head));
    return isWorkbook
      ? 'a spreadsheet (xlsx or ods): save it as CSV (UTF-8)'
      : 'an archive (zip): unpack it first';
  }
  const found = MAGIC.find(([bytes]) => hexOf(head, bytes.length / 2) === bytes);
  return found?.[1];
}

/** The first bytes as hexadecimal text. */
const hexOf = (head: Uint8Array, bytes: number): string =>
  [...head.subarray(0, bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const SAVE_AS_UTF_8 = 'save it as UTF-8';

function otherEncoding(head: Uint8Array): string | undefined {
  const begins = hexOf(head, 4);
  if (begins === 'fffe0000' || begins === '0000feff') return `UTF-32: ${SAVE_AS_UTF_8}`;
  if (begins.startsWith('fffe')) return `UTF-16 (little-endian): ${SAVE_AS_UTF_8}`;
  if (begins.startsWith('feff')) return `UTF-16 (big-endian): ${SAVE_AS_UTF_8}`;
  if (head.length < 4) return undefined;
  // In UTF-16 every second byte of a Latin letter is 0.
  const sample = head.subarray(0, Math.min(head.length, 64) & ~1);
  const zeros = [0, 0];
  sample.forEach((byte, i) => (zeros[i % 2]! += byte === 0 ? 1 : 0));
  const [even, odd] = zeros.map((count) => count / (sample.length / 2)) as [number, number];
  if (odd > 0.6 && even === 0) return `UTF-16 (little-endian, without a byte order mark): ${SAVE_AS_UTF_8}`;
  if (even > 0.6 && odd === 0) return `UTF-16 (big-endian, without a byte order mark): ${SAVE_AS_UTF_8}`;
  return undefined;
}

const ARRAY = "The file is a JSON array: write one object per line, for example with jq -c '.[]'.";
const PRETTY = 'The JSON of the file spans several lines: write one object per line, for example with jq -c.';

function notCsv(first: string): string | undefined {
  if (first.startsWith('[')) return ARRAY;
  return first.startsWith('{') ? 'The file is JSON, not CSV: add --format ndjson.' : undefined;
}

function notNdjson(text: string, first: string): string | undefined {
  if (/^\s*\[\s*(?:\{|$)/.test(text)) return ARRAY;
  const second = /^\s*[^\n]*\n\s*(\S?)/.exec(text)?.[1];
  if (/^\{(?!.*\}\s*$)/.test(first) && second !== undefined && !'{'.includes(second)) return PRETTY;
  const isTable = /[,;\t]/.test(first) && /^["\w][^{}[\]]*$/.test(first);
  return isTable ? 'The file is CSV, not NDJSON: add --format csv.' : undefined;
}
