import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { todayOf } from '../../data/lateness.js';
import { counted, grouped } from '../../ui/figures.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { StockBar } from '../../ui/stock-bar.js';
import { inboundWeeks } from './inbound-weeks.js';
import { batchesQuery } from './queries.js';

/** What is to come, week by week, and how much of it is promised. */
export function Inbound() {
  const query = useQuery(batchesQuery);
  const intro = query.data?.areMore
    ? `Of the first ${grouped(query.data.items.length)} batches; this page looks at no more of them.`
    : 'Units to come, and how many are promised.';
  return (
    <Section
      title="Inbound by week"
      intro={intro}
      actions={
        <Link to="/batches" className="text-accent-text hover:underline">
          All batches
        </Link>
      }
    >
      <Answer of={query}>
        {({ items }) => {
          const weeks = inboundWeeks(items, todayOf(new Date()));
          const most = Math.max(...weeks.map(({ units }) => units));
          if (most === 0)
            return <Empty title="Nothing is on its way">No batch has a date on which it is due.</Empty>;
          return (
            <ul className="grid grid-cols-[max-content_1fr_max-content] items-center gap-x-4 gap-y-1.5">
              {weeks.map(({ name, monday, units, claimed, batches }) => (
                <li key={name} className="col-span-3 grid grid-cols-subgrid items-center">
                  <span
                    className={name === 'Overdue' ? 'font-medium text-bad' : ''}
                    title={monday ? `From ${monday}` : undefined}
                  >
                    {name}
                  </span>
                  <StockBar claimed={claimed} free={0} inbound={units - claimed} of={most} />
                  <span className="text-right tabular-nums" title={counted(batches, 'batch', 'batches')}>
                    {grouped(units)}
                  </span>
                </li>
              ))}
            </ul>
          );
        }}
      </Answer>
    </Section>
  );
}
