import type { PromisedLineBody } from '@earmark/client';
import { Link } from '@tanstack/react-router';
import { latenessOf, todayOf } from '../../data/lateness.js';
import { Badge } from '../../ui/badge.js';
import { buttonLook } from '../../ui/button.js';
import { counted, DateText, Figure, grouped } from '../../ui/figures.js';
import { OrderLink } from '../../ui/links.js';
import { Answer, Empty, Notice } from '../../ui/notice.js';
import { Section, Tile, Tiles } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';
import { BATCHES, NEEDED_BY, ORDER, PROMISED, SKU, UNITS } from './promise-columns.js';
import { groupsOf, lateBatches, type Grouping, type LateGroup, type LateLine } from './late-groups.js';
import { useSuppliers } from './use-suppliers.js';

const GROUPS_SHOWN = 50;

interface LateLinesProps {
  readonly rows: readonly PromisedLineBody[];
  readonly by: Grouping;
  readonly isFiltered: boolean;
  /** Whether there are more than these. */
  readonly hasMore: boolean;
}

export function LateLines({ rows, by, isFiltered, hasMore }: LateLinesProps) {
  const today = todayOf(new Date());
  const suppliers = useSuppliers(by === 'supplier' ? rows.flatMap((line) => lateBatches(line, today)) : []);
  if (rows.length === 0) return <AllOnTime isFiltered={isFiltered} />;
  const groups = (of?: ReadonlyMap<string, string | null>) =>
    groupsOf(rows, by, today, (reference) => of?.get(reference));
  return (
    <>
      <InBrief
        rows={rows}
        worst={Math.max(...rows.map((line) => latenessOf(line, today).days))}
        hasMore={hasMore}
      />
      {by === 'order' && <ByOrder groups={groups()} />}
      {by === 'batch' && <Groups groups={groups()} by={by} />}
      {by === 'supplier' && (
        <Answer of={suppliers}>{(known) => <Groups groups={groups(known)} by={by} />}</Answer>
      )}
    </>
  );
}

function AllOnTime({ isFiltered }: { readonly isFiltered: boolean }) {
  return (
    <Section title="Late lines">
      <Empty
        title={isFiltered ? 'None of these is late' : 'All is on time'}
        action={
          <Link to="/promises" search={{ late: 'false' }} className={buttonLook()}>
            See what is promised
          </Link>
        }
      >
        Every line comes when it was promised, or earlier, and before it is needed.
      </Empty>
    </Section>
  );
}

interface InBriefProps {
  readonly rows: readonly PromisedLineBody[];
  readonly worst: number;
  readonly hasMore: boolean;
}

function InBrief({ rows, worst, hasMore }: InBriefProps) {
  const figures = [
    ['Late lines', rows.length],
    ['Orders', new Set(rows.map(({ orderId }) => orderId)).size],
    ['Units', rows.reduce((sum, { quantity }) => sum + quantity, 0)],
  ] as const;
  return (
    <Tiles>
      {figures.map(([name, value]) => (
        <Tile key={name} name={name}>
          {grouped(value)}
          {hasMore && '+'}
        </Tile>
      ))}
      <Tile name="The latest">{counted(worst, 'day')}</Tile>
    </Tiles>
  );
}

/** Most orders have one line that is late, so they share a table. */
function ByOrder({ groups }: { readonly groups: readonly LateGroup[] }) {
  const rows = groups.flatMap(({ lines }) => lines.map((line, index) => ({ ...line, isFirst: index === 0 })));
  const order: Column<LateLine & { readonly isFirst: boolean }> = {
    ...ORDER,
    // Below its other lines it is named only where each is a card.
    cell: ({ isFirst, orderId }) =>
      isFirst ? <OrderLink orderId={orderId} /> : <span className="rows:sr-only">{orderId}</span>,
  };
  return (
    <Section title="By order, the latest first" isFlush>
      <Table
        caption="Late lines by order"
        columns={[order, SKU, UNITS, BATCHES, ...DATES]}
        rows={rows}
        keyOf={({ orderId, sku }) => `${orderId} ${sku}`}
      />
    </Section>
  );
}

interface GroupsProps {
  readonly groups: readonly LateGroup[];
  readonly by: 'batch' | 'supplier';
}

function Groups({ groups, by }: GroupsProps) {
  return (
    <>
      {groups.slice(0, GROUPS_SHOWN).map((group) => (
        <Group key={group.name ?? ''} group={group} by={by} />
      ))}
      {groups.length > GROUPS_SHOWN && (
        <Notice tone="info">
          The {GROUPS_SHOWN} worst of {grouped(groups.length)} are shown. Choose a SKU, an order or a batch to
          see others.
        </Notice>
      )}
    </>
  );
}

function Group({
  group: { name, lines, units, worst },
  by,
}: {
  readonly group: LateGroup;
  readonly by: 'batch' | 'supplier';
}) {
  const title = name ?? 'Batches without a supplier';
  return (
    <Section
      title={title}
      intro={`${counted(lines.length, 'line')}, ${counted(units, 'unit')}, up to ${counted(worst, 'day')} late`}
      actions={
        by === 'batch' && (
          <Link
            to="/batches/$reference"
            params={{ reference: title }}
            aria-label={`Open the batch ${title}`}
            className={buttonLook()}
          >
            Open the batch
          </Link>
        )
      }
      isFlush
    >
      <Table
        caption={`Late lines of ${title}`}
        columns={[ORDER, SKU, UNITS, ...(by === 'batch' ? [] : [BATCHES]), ...DATES]}
        rows={lines}
        keyOf={({ orderId, sku }) => `${orderId} ${sku}`}
      />
    </Section>
  );
}

const EXPECTED: Column<LateLine> = {
  head: 'Expected',
  cell: ({ expectedDate, overdue }) =>
    overdue ? <Badge tone="bad">overdue</Badge> : <DateText date={expectedDate} whenNone="on hand" />,
};
const DAYS_LATE: Column<LateLine> = {
  head: 'Days late',
  cell: ({ days, isAtLeast }) => (
    <span {...(isAtLeast && { title: 'At least so many' })}>
      <Figure value={days} tone="bad" />
      {isAtLeast && '+'}
    </span>
  ),
  isNumber: true,
};
const DATES = [PROMISED, NEEDED_BY, EXPECTED, DAYS_LATE] as const;
