import type { BatchBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useAllows } from '../../data/session.js';
import { Button, buttonLook } from '../../ui/button.js';
import { DateText, Figure, grouped } from '../../ui/figures.js';
import { ProductLink } from '../../ui/links.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Fact, Facts, Page, Section, Tile, Tiles } from '../../ui/page.js';
import { StockBar, StockLegend } from '../../ui/stock-bar.js';
import { MovementsTable } from '../movements/movements-table.js';
import { barOf, States } from './batch-states.js';
import { batchQuery, useLinesOfBatch } from './batch-query.js';
import { BlockBatch, ChangeDate, ChangeLot, ChangeQuantity } from './change-batch.js';
import { LinesOfBatch } from './lines-of-batch.js';
import { AdjustStock, CountStock, ReceiveGoods } from './receive-goods.js';

const route = getRouteApi('/batches/$reference');

export function BatchPage() {
  const { reference } = route.useParams();
  const batch = useQuery(batchQuery(reference));
  return (
    <Answer
      of={batch}
      whenNotFound={
        <Page title={reference}>
          <Empty
            title="There is no batch under this reference"
            action={
              <Link to="/batches" className={buttonLook('primary')}>
                Go to the batches
              </Link>
            }
          />
        </Page>
      }
    >
      {(found) => <BatchOf key={reference} {...found} />}
    </Answer>
  );
}

/** What changes the batch as it was when that was chosen, or nothing. */
const CHANGES = { quantity: ChangeQuantity, date: ChangeDate, lot: ChangeLot, block: BlockBatch } as const;
/** What has happened in the warehouse, and is added to whatever the batch has. */
const GOODS = { receive: ReceiveGoods, count: CountStock, adjust: AdjustStock } as const;
type Change = keyof typeof CHANGES;
type Goods = keyof typeof GOODS;
type Action = Change | Goods;

const isChange = (action: Action): action is Change => action in CHANGES;

interface Found {
  readonly batch: BatchBody;
  readonly version: string;
}

function BatchOf({ batch, version }: Found) {
  const [change, setChange] = useState<(Found & { readonly action: Change }) | null>(null);
  const [goods, setGoods] = useState<Goods | null>(null);
  const lines = useLinesOfBatch(batch.reference);
  const Change = change && CHANGES[change.action];
  const Goods = goods && GOODS[goods];
  return (
    <Page
      title={batch.reference}
      above={
        <>
          <Link to="/batches" className="hover:underline">
            Batches
          </Link>{' '}
          of <ProductLink sku={batch.sku} />
        </>
      }
      beside={<States of={batch} />}
      actions={
        <Actions
          of={batch}
          onChoice={(action) => (isChange(action) ? setChange({ action, batch, version }) : setGoods(action))}
        />
      }
    >
      <Tiles>
        <Tile name="On hand">
          <Figure value={batch.onHand} />
        </Tile>
        <Tile name="Inbound" note={batch.inbound > 0 ? <Due of={batch} /> : undefined}>
          <Figure value={batch.inbound} />
        </Tile>
        <Tile name="Promised" note={batch.held > 0 ? `${grouped(batch.held)} of them held` : undefined}>
          <Figure value={batch.claimed} />
        </Tile>
        <Tile name="Available">
          <Figure value={batch.available} tone={batch.available === 0 ? 'muted' : undefined} />
        </Tile>
        <Tile name="Shipped">
          <Figure value={batch.shipped} />
        </Tile>
        <Tile name="Bought">
          <Figure value={batch.quantity} />
        </Tile>
      </Tiles>
      <div className="grid items-start gap-5 lg:grid-cols-[1fr_22rem]">
        <Section title="Who has units of it" isFlush>
          <div className="mb-3 flex flex-col gap-2 px-4">
            <StockBar {...barOf(batch)} />
            <StockLegend />
          </div>
          <LinesOfBatch of={lines} batch={batch} />
        </Section>
        <Section title="The batch">
          <Facts>
            <Fact name="Product">
              <ProductLink sku={batch.sku} />
            </Fact>
            <Fact name="Due">
              <Due of={batch} />
            </Fact>
            <Fact name="Place">{batch.location}</Fact>
            <Fact name="Best before">
              <DateText date={batch.bestBefore} whenNone="it keeps" />
            </Fact>
            <Fact name="Supplier">{batch.supplier ?? <span className="text-muted">not known</span>}</Fact>
            <Fact name="Blocked">{batch.blocked ? 'yes: nothing new is promised from it' : 'no'}</Fact>
          </Facts>
        </Section>
      </div>
      <Section
        title="Movements"
        isFlush
        actions={
          <Link to="/movements" search={{ batchReference: batch.reference }} className={buttonLook('quiet')}>
            Open in the ledger
          </Link>
        }
      >
        <MovementsTable filter={{ batchReference: batch.reference }} />
      </Section>
      {Change && <Change {...change} promised={lines.data} onClose={() => setChange(null)} />}
      {Goods && <Goods batch={batch} promised={lines.data} onClose={() => setGoods(null)} />}
    </Page>
  );
}

function Actions({
  of: batch,
  onChoice,
}: {
  readonly of: BatchBody;
  readonly onChoice: (action: Action) => void;
}) {
  const allows = useAllows();
  const canMove = allows('warehouse:write');
  const canChange = allows('batches:write');
  const isToCome = batch.inbound > 0;
  return (
    <>
      {canMove && isToCome && (
        <Button kind="primary" onClick={() => onChoice('receive')}>
          Receive goods
        </Button>
      )}
      {canChange && <Button onClick={() => onChoice('quantity')}>Change the quantity</Button>}
      {canChange && <Button onClick={() => onChoice('date')}>Change the date</Button>}
      {canMove && batch.onHand > 0 && <Button onClick={() => onChoice('count')}>Count</Button>}
      {canMove && <Button onClick={() => onChoice('adjust')}>Adjust</Button>}
      {canChange && <Button onClick={() => onChoice('lot')}>Place and best before</Button>}
      {canChange && (
        <Button kind={batch.blocked ? 'plain' : 'danger'} onClick={() => onChoice('block')}>
          {batch.blocked ? 'Unblock' : 'Block'}
        </Button>
      )}
    </>
  );
}

function Due({ of: { eta, overdue } }: { readonly of: BatchBody }) {
  return (
    <>
      <DateText date={eta} whenNone="on hand" />
      {overdue && ' (overdue)'}
    </>
  );
}
