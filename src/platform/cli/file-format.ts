import { Option } from 'commander';

export type FileFormat = 'csv' | 'ndjson';

/** By the extension: .ndjson and .jsonl are NDJSON, everything else is CSV. */
export function formatOf(file: string): FileFormat {
  return /[^/\\]\.(?:ndjson|jsonl)$/i.test(file) ? 'ndjson' : 'csv';
}

/** `--format`, of an import and an export. */
export function formatOption(): Option {
  return new Option('--format <format>', 'File format (default: from the extension)').choices([
    'csv',
    'ndjson',
  ] satisfies FileFormat[]);
}
