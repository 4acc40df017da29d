import type { MigrationBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { Badge } from '../../ui/badge.js';
import { counted } from '../../ui/figures.js';
import { Answer } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';

const STATES = {
  applied: { name: 'applied', tone: 'good' },
  missing: { name: 'not applied yet', tone: 'warn' },
  changed: { name: 'applied with another text', tone: 'bad' },
  unknown: { name: 'applied by another version', tone: 'warn' },
} as const;

const COLUMNS: readonly Column<MigrationBody>[] = [
  { head: 'Schema', cell: ({ schema }) => schema },
  { head: 'Migration', className: 'wrap-anywhere', cell: ({ name }) => name },
  { head: 'State', cell: ({ state }) => <Badge tone={STATES[state].tone}>{STATES[state].name}</Badge> },
];

const keyOf = ({ schema, name }: MigrationBody): string => `${schema} ${name}`;

/** The migrations that are not as they should be; the others on demand. */
export function Migrations() {
  const migrations = useQuery(
    apiQuery('migrations.list', {}, (signal) => earmark.migrations.list({ signal }), { isLive: false }),
  );
  return (
    <Section isFlush title="Migrations" intro="They run when the service starts, or by the command line.">
      <Answer of={migrations} rows={1}>
        {({ items }) => {
          const odd = items.filter(({ state }) => state !== 'applied');
          return (
            <>
              {odd.length > 0 && (
                <Table caption="Migrations that need attention" columns={COLUMNS} rows={odd} keyOf={keyOf} />
              )}
              <details className="px-4">
                <summary>
                  {odd.length === 0
                    ? `All ${counted(items.length, 'migration')} applied`
                    : `${counted(items.length, 'migration')} in all`}
                </summary>
                <div className="-mx-4 mt-2">
                  <Table caption="Migrations" columns={COLUMNS} rows={items} keyOf={keyOf} />
                </div>
              </details>
            </>
          );
        }}
      </Answer>
    </Section>
  );
}
