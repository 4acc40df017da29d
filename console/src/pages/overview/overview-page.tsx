import { useQuery } from '@tanstack/react-query';
import { Page } from '../../ui/page.js';
import { FirstSteps } from './first-steps.js';
import { HealthList } from './health-list.js';
import { Inbound } from './inbound.js';
import { LatePromises } from './late-promises.js';
import { NewestEvents } from './newest-events.js';
import { Pulse } from './pulse.js';
import { productsQuery } from './queries.js';
import { PREFIX } from './sample/prefix.js';
import { SampleNotice } from './sample/sample-data.js';
import { sampleQuery } from './sample/sample-query.js';
import { ShortProducts } from './short-products.js';

/** How the stock and the service are, at a glance. */
export function OverviewPage() {
  const products = useQuery(productsQuery);
  const sample = useQuery(sampleQuery);
  // Products of sample data that was cleared are there for ever, without units.
  const isEmpty =
    sample.data?.length === 0 && products.data?.items.every(({ sku }) => sku.startsWith(PREFIX)) === true;
  return (
    <Page title="Overview">
      <SampleNotice />
      {isEmpty && <FirstSteps />}
      <Pulse />
      <div className="grid gap-5 lg:grid-cols-2">
        <ShortProducts />
        <LatePromises />
        <Inbound />
        <HealthList />
      </div>
      <NewestEvents />
    </Page>
  );
}
