import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { FileFormat } from '../../../../src/platform/cli/file-format.js';
import { requireReadableFile, InvalidFile } from '../../../../src/platform/cli/import/invalid-file.js';

const CSV = 'reference,sku,quantity,eta\nPO-1,LAMP,3,\n';
const NDJSON = '{"reference":"PO-1","sku":"LAMP","quantity":3}\n';

const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const bigEndian = (text: string) => Buffer.from(utf16(text)).swap16();
const rejectionOf = (file: string | Buffer, format: FileFormat): unknown => {
  try {
    requireReadableFile(Buffer.from(file), format);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidFile);
    return (error as Error).message;
  }
};

describe('A file that cannot hold rows', () => {
  it.each<[string, string | Buffer]>([
    ['UTF-16 (little-endian): save it as UTF-8', utf16(`\uFEFF${CSV}`)],
    ['UTF-16 (big-endian): save it as UTF-8', bigEndian(`\uFEFF${CSV}`)],
    ['UTF-16 (little-endian, without a byte order mark): save it as UTF-8', utf16(CSV)],
    ['UTF-16 (little-endian, without a byte order mark): save it as UTF-8', utf16(NDJSON)],
    ['UTF-16 (big-endian, without a byte order mark): save it as UTF-8', bigEndian(CSV)],
    ['UTF-32: save it as UTF-8', Buffer.from([0xff, 0xfe, 0, 0, 0x72, 0, 0, 0])],
    ['UTF-32: save it as UTF-8', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x72])],
    ['compressed (gzip): unpack it first', gzipSync(CSV)],
    ['compressed (bzip2): unpack it first', 'BZh91AY'],
    ['compressed (zstd): unpack it first', Buffer.from('28b52ffd00', 'hex')],
    ['compressed (xz): unpack it first', Buffer.from('fd377a585a0000', 'hex')],
    ['an archive (zip): unpack it first', 'PK\x03\x04\x14\0batches.csv'],
    ['a spreadsheet (xlsx or ods): save it as CSV (UTF-8)', 'PK\x03\x04\x14\0[Content_Types].xml'],
    [
      'a spreadsheet (xlsx or ods): save it as CSV (UTF-8)',
      'PK\x03\x04\x14\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet',
    ],
    ['a spreadsheet (xls): save it as CSV (UTF-8)', Buffer.from('d0cf11e0a1b11ae100', 'hex')],
    ['a PDF: save the table as CSV (UTF-8)', '%PDF-1.7\n'],
    ['HTML or XML: save the table as CSV (UTF-8)', '\n<!DOCTYPE html>\n<html>'],
    ['HTML or XML: save the table as CSV (UTF-8)', '<?xml version="1.0"?>'],
  ])('is rejected in either format, and named: %s', (what, file) => {
    for (const format of ['csv', 'ndjson'] as const)
      expect(rejectionOf(file, format)).toBe(`The file is ${what}.`);
  });

  it.each<FileFormat>(['csv', 'ndjson'])('is rejected as %s if its lines end in CR only', (format) => {
    const file = (format === 'csv' ? CSV : NDJSON.repeat(2)).replaceAll('\n', '\r');
    expect(rejectionOf(file, format)).toBe('The lines of the file end in CR only: end them with LF or CRLF.');
  });

  it.each<FileFormat>(['csv', 'ndjson'])(
    'is rejected as %s if its first line contains NUL bytes',
    (format) => {
      expect(rejectionOf('reference,s\0ku,quantity\n', format)).toBe(
        'The file is not text: its first line contains NUL bytes.',
      );
    },
  );

  it.each<[string, FileFormat, string]>([
    ['NDJSON', 'csv', NDJSON],
    ['NDJSON with a byte order mark', 'csv', `\uFEFF${NDJSON}`],
  ])('is rejected if it is %s instead of %s', (_, format, file) => {
    expect(rejectionOf(file, format)).toBe('The file is JSON, not CSV: add --format ndjson.');
  });

  it.each([CSV, 'ref;sku;qty\n', '"reference","sku"\n'])(
    'is rejected if it is CSV instead of NDJSON: %j',
    (file) => {
      expect(rejectionOf(file, 'ndjson')).toBe('The file is CSV, not NDJSON: add --format csv.');
    },
  );

  it.each([
    `[${NDJSON.trim()},${NDJSON.trim()}]`,
    `[\n  {\n    "reference": "PO-1"\n  }\n]\n`,
    '[\n',
    `\n [ ${NDJSON}`,
  ])('is rejected if it is a JSON array: %j', (file) => {
    for (const format of ['csv', 'ndjson'] as const)
      expect(rejectionOf(file, format)).toMatch(/^The file is a JSON array: write one object per line/);
  });

  it.each(['{\n  "reference": "PO-1"\n}\n', '{"reference": "PO-1",\n "sku": "LAMP"}\n'])(
    'is rejected if its JSON spans several lines: %j',
    (file) => {
      expect(rejectionOf(file, 'ndjson')).toMatch(/^The JSON of the file spans several lines/);
    },
  );
});

describe('A file whose first bytes can be rows', () => {
  it.each<[FileFormat, string]>([
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
    expect(rejectionOf(file, format)).toBeNull();
  });
});
