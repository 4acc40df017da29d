import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { Format } from '../../../../src/platform/cli/source.js';
import { requireReadableFile, InvalidFile } from '../../../../src/platform/cli/import/wrong-file.js';

const CSV = 'reference,sku,quantity,eta\nPO-1,LAMP,3,\n';
const NDJSON = '{"reference":"PO-1","sku":"LAMP","quantity":3}\n';

const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const bigEndian = (text: string) => Buffer.from(utf16(text)).swap16();
const refusalOf = (file: string | Buffer, format: Format): unknown => {
  try {
    requireReadableFile(Buffer.from(file), format);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidFile);
    return (error as Error).message;
  }
};

describe('A file that is handed in by mistake', () => {
  it.each<[string, string | Buffer]>([
    ['UTF-16 (little-endian): save it as UTF-8', utf16(`\uFEFF${CSV}`)],
    ['UTF-16 (big-endian): save it as UTF-8', bigEndian(`\uFEFF${CSV}`)],
    ['UTF-16 (little-endian, without its mark): save it as UTF-8', utf16(CSV)],
    ['UTF-16 (little-endian, without its mark): save it as UTF-8', utf16(NDJSON)],
    ['UTF-16 (big-endian, without its mark): save it as UTF-8', bigEndian(CSV)],
    ['UTF-32: save it as UTF-8', Buffer.from([0xff, 0xfe, 0, 0, 0x72, 0, 0, 0])],
    ['UTF-32: save it as UTF-8', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x72])],
    ['compressed (gzip): unpack it first', gzipSync(CSV)],
    ['compressed (bzip2): unpack it first', 'BZh91AY'],
    ['compressed (zstd): unpack it first', Buffer.from('28b52ffd00', 'hex')],
    ['compressed (xz): unpack it first', Buffer.from('fd377a585a0000', 'hex')],
    ['an archive (zip): unpack it first', 'PK\x03\x04\x14\0batches.csv'],
    [
      'a workbook of a spreadsheet (xlsx or ods): save it as CSV (UTF-8)',
      'PK\x03\x04\x14\0[Content_Types].xml',
    ],
    [
      'a workbook of a spreadsheet (xlsx or ods): save it as CSV (UTF-8)',
      'PK\x03\x04\x14\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet',
    ],
    ['a workbook of a spreadsheet (xls): save it as CSV (UTF-8)', Buffer.from('d0cf11e0a1b11ae100', 'hex')],
    ['a PDF: save the table as CSV (UTF-8)', '%PDF-1.7\n'],
    ['HTML or XML: save the table as CSV (UTF-8)', '\n<!DOCTYPE html>\n<html>'],
    ['HTML or XML: save the table as CSV (UTF-8)', '<?xml version="1.0"?>'],
  ])('is refused in either format, and named: %s', (what, file) => {
    for (const format of ['csv', 'ndjson'] as const)
      expect(refusalOf(file, format)).toBe(`The file is ${what}.`);
  });

  it.each<Format>(['csv', 'ndjson'])('is refused as %s if its lines end in CR alone', (format) => {
    const file = (format === 'csv' ? CSV : NDJSON.repeat(2)).replaceAll('\n', '\r');
    expect(refusalOf(file, format)).toBe('The lines of the file end in CR alone: end them with LF or CRLF.');
  });

  it.each<Format>(['csv', 'ndjson'])('is refused as %s if its first line has NUL bytes', (format) => {
    expect(refusalOf('reference,s\0ku,quantity\n', format)).toBe(
      'The file is not text: its first line has NUL bytes.',
    );
  });

  it.each<[string, Format, string]>([
    ['NDJSON', 'csv', NDJSON],
    ['NDJSON with a byte order mark', 'csv', `\uFEFF${NDJSON}`],
  ])('is refused if it is %s and not %s', (_, format, file) => {
    expect(refusalOf(file, format)).toBe('The file is JSON and not CSV: add --format ndjson.');
  });

  it.each([CSV, 'ref;sku;qty\n', '"reference","sku"\n'])(
    'is refused if it is CSV and not NDJSON: %j',
    (file) => {
      expect(refusalOf(file, 'ndjson')).toBe('The file is CSV and not NDJSON: add --format csv.');
    },
  );

  it.each([
    `[${NDJSON.trim()},${NDJSON.trim()}]`,
    `[\n  {\n    "reference": "PO-1"\n  }\n]\n`,
    '[\n',
    `\n [ ${NDJSON}`,
  ])('is refused if it is a JSON array: %j', (file) => {
    for (const format of ['csv', 'ndjson'] as const)
      expect(refusalOf(file, format)).toMatch(
        /^The file is one JSON array: write its objects each on a line/,
      );
  });

  it.each(['{\n  "reference": "PO-1"\n}\n', '{"reference": "PO-1",\n "sku": "LAMP"}\n'])(
    'is refused if its JSON takes several lines: %j',
    (file) => {
      expect(refusalOf(file, 'ndjson')).toMatch(/^The JSON of the file takes several lines/);
    },
  );
});

describe('A file that begins as a file of rows', () => {
  it.each<[Format, string]>([
    ['csv', CSV],
    ['csv', `\uFEFF${CSV.replaceAll('\n', '\r\n')}`],
    ['csv', 'reference,sku,quantity\r'],
    ['csv', ''],
    ['csv', 'r'],
    ['csv', 'référence,日本,数量\n'],
    ['csv', `reference,sku,quantity\nPO-1,LA\0MP,3\n`],
    ['ndjson', NDJSON],
    ['ndjson', `\uFEFF\n${NDJSON}`],
    ['ndjson', '{"reference":\n{"reference":"PO-1"}\n'],
    ['ndjson', '{"reference":'],
    ['ndjson', 'null\n'],
  ])('is read as %s: %j', (format, file) => {
    expect(refusalOf(file, format)).toBeNull();
  });
});
