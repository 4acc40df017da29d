import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { subscriptionsQuery } from '../../data/service-queries.js';
import { useAllows } from '../../data/session.js';
import { Figure, grouped } from '../../ui/figures.js';
import { Answer, Empty, Notice } from '../../ui/notice.js';
import { Page, Section, Tile, Tiles } from '../../ui/page.js';
import { LagLine, lagText } from './lag-line.js';
import { useLagSamples } from './lag-samples.js';
import { ParkedEvents } from './parked-events.js';
import { Rebuild } from './rebuild.js';
import { waitingText } from './waiting-text.js';

export function SubscriptionPage() {
  const { name } = useParams({ from: '/operations/subscriptions/$name' });
  const subscriptions = useQuery(subscriptionsQuery);
  const samples = useLagSamples(subscriptions.data?.items, subscriptions.dataUpdatedAt);
  const mayOperate = useAllows()('operations:write');
  return (
    <Page
      title={name}
      above={
        <Link to="/operations" className="hover:underline">
          Operations
        </Link>
      }
    >
      <Answer of={subscriptions}>
        {({ items }) => {
          const subscription = items.find((each) => each.name === name);
          if (!subscription)
            return (
              <Empty title="There is no such subscription">Its name may have changed with a release.</Empty>
            );
          const { position, lag, parked, lastError } = subscription;
          return (
            <>
              <Tiles>
                <Tile name="Position">
                  <Figure value={position} />
                </Tile>
                <Tile
                  name="Behind"
                  note={
                    lag.events === 0 ? 'caught up' : `the oldest ${grouped(Math.round(lag.seconds))} s old`
                  }
                >
                  {grouped(lag.events)}
                </Tile>
                <Tile name="Parked" note={waitingText(parked)}>
                  <Figure value={parked} tone={parked > 0 ? 'bad' : undefined} />
                </Tile>
              </Tiles>
              {lastError !== null && (
                <Notice tone="bad" title="The newest parked event has failed">
                  <p className="break-words">{lastError}</p>
                </Notice>
              )}
              <Section
                title="Events behind"
                intro={`${lagText(samples.get(name) ?? [])} One sample every five seconds, since the console was opened.`}
              >
                <LagLine isWide samples={samples.get(name) ?? []} />
              </Section>
              <ParkedEvents name={name} />
              {mayOperate && <Rebuild name={name} />}
            </>
          );
        }}
      </Answer>
    </Page>
  );
}
