import { code, table } from './markdown.js';
import type { Table } from './tables.js';

/** Tables as the migrations have left them. */
export function tablesInWords(tables: readonly Table[]): string {
  return table(
    ['Table', 'Columns (**key**, may be null?)', 'Holds', 'No row breaks'],
    tables.map(({ schema, name, comment, columns, checks }) => [
      code(`${schema}.${name}`),
      columns.map(inWords).join(', '),
      comment ?? '',
      checks.map((check) => code(check.replace(/::\w+(\[\])?/g, ''))).join('\n'),
    ]),
  );
}

function inWords({ name, isKey, isNullable }: Table['columns'][number]): string {
  if (isKey) return `**${name}**`;
  return isNullable ? `${name}?` : name;
}
