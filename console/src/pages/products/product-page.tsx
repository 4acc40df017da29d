import type { ProductBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useAllows } from '../../data/session.js';
import { Button, buttonLook } from '../../ui/button.js';
import { counted, Figure, grouped } from '../../ui/figures.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Page, Section, Tile, Tiles } from '../../ui/page.js';
import { AdjustStock, CountStock } from '../batches/receive-goods.js';
import { RegisterBatch } from '../batches/register-batch.js';
import { hasUnits } from './batch-table.js';
import { ChooseBatch } from './choose-batch.js';
import { ProductBatches } from './product-batches.js';
import { ProductPolicy } from './product-policy.js';
import { ProductQueue } from './product-queue.js';
import { ProductQuote } from './product-quote.js';
import { ProductStory } from './product-story.js';
import { ProductTimeline } from './product-timeline.js';

const route = getRouteApi('/products/$sku');

export function ProductPage() {
  const { sku } = route.useParams();
  const product = useQuery(
    apiQuery<ProductBody>('products.find', { sku }, (signal) =>
      earmark.products.find({ path: { sku }, signal }),
    ),
  );
  return (
    <Answer of={product} whenNotFound={<NoProduct key={sku} sku={sku} />}>
      {(found) => <ProductOf key={sku} product={found} />}
    </Answer>
  );
}

type Action = 'register' | 'count' | 'adjust';

function ProductOf({ product }: { readonly product: ProductBody }) {
  const { sku } = product;
  const [action, setAction] = useState<Action | null>(null);
  const close = () => setAction(null);
  const batches = product.batches.filter(hasUnits);
  return (
    <Page
      title={sku}
      above={
        <Link to="/products" className="hover:underline">
          Products
        </Link>
      }
      actions={<Actions product={product} onChoice={setAction} />}
    >
      <Tiles>
        <Tile name="On hand">
          <Figure value={product.onHand} />
        </Tile>
        <Tile name="Inbound">
          <Figure value={product.inbound} />
        </Tile>
        <Tile name="Promised" note={product.held > 0 ? `${grouped(product.held)} of them held` : undefined}>
          <Figure value={product.claimed} />
        </Tile>
        <Tile name="Available">
          <Figure value={product.available} tone={product.available === 0 ? 'bad' : undefined} />
        </Tile>
        <Tile name="Shipped">
          <Figure value={product.shipped} />
        </Tile>
        {product.more ? (
          <Tile name="Batches">{grouped(product.batches.length)}+</Tile>
        ) : (
          <Tile name="Batches with units" note={`of ${counted(product.batches.length, 'batch', 'batches')}`}>
            <Figure value={batches.length} />
          </Tile>
        )}
      </Tiles>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Section title="What can be promised, by day" isFlush>
          <ProductTimeline sku={sku} />
        </Section>
        <Section title="What an order would get now">
          <ProductQuote sku={sku} />
        </Section>
      </div>
      <ProductBatches of={product} />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <ProductQueue sku={sku} />
        <ProductPolicy sku={sku} />
      </div>
      <Section
        title="What has happened"
        actions={
          <>
            <Link to="/movements" search={{ sku }} className={buttonLook('quiet')}>
              Movements
            </Link>
            <Link to="/events" search={{ sku }} className={buttonLook('quiet')}>
              Events
            </Link>
          </>
        }
        isFlush
      >
        <ProductStory sku={sku} />
      </Section>
      {action === 'register' && <RegisterBatch sku={sku} onClose={close} />}
      {action === 'count' && (
        <ChooseBatch title={`Count ${sku}`} product={product} dialog={CountStock} onClose={close} />
      )}
      {action === 'adjust' && (
        <ChooseBatch
          title={`Adjust the stock of ${sku}`}
          product={product}
          dialog={AdjustStock}
          onClose={close}
        />
      )}
    </Page>
  );
}

interface ActionsProps {
  readonly product: ProductBody;
  readonly onChoice: (action: Action) => void;
}

function Actions({ product: { sku, onHand }, onChoice }: ActionsProps) {
  const allows = useAllows();
  return (
    <>
      {allows('orders:write') && (
        <Link to="/orders" search={{ place: sku }} className={buttonLook('primary')}>
          Order for a customer
        </Link>
      )}
      {allows('batches:write') && <Button onClick={() => onChoice('register')}>Register a batch</Button>}
      {allows('warehouse:write') && onHand > 0 && (
        <>
          <Button onClick={() => onChoice('count')}>Count</Button>
          <Button onClick={() => onChoice('adjust')}>Adjust</Button>
        </>
      )}
    </>
  );
}

/** A product comes with its first batch; until then there is nothing of it. */
function NoProduct({ sku }: { readonly sku: string }) {
  const allows = useAllows();
  const [isRegistering, setRegistering] = useState(false);
  return (
    <Page title={sku}>
      <Empty
        title="There is no product of this SKU"
        action={
          allows('batches:write') && (
            <Button kind="primary" onClick={() => setRegistering(true)}>
              Register its first batch
            </Button>
          )
        }
      >
        A product comes with its first batch.
      </Empty>
      {isRegistering && <RegisterBatch sku={sku} onClose={() => setRegistering(false)} />}
    </Page>
  );
}
