import type { ShipmentBody } from '@earmark/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiPages } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useAllows } from '../../data/session.js';
import { unitWords } from '../../data/unit-words.js';
import { useWrite } from '../../data/use-write.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { grouped, TimeText } from '../../ui/figures.js';
import { BatchLink, ProductLink } from '../../ui/links.js';
import { Answer } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';
import { say } from '../../ui/toasts.js';
import { ActionDialog } from '../../ui/action-dialog.js';

const SHIPMENTS_OF_PAGE = 50;

export function Shipments({ orderId }: { readonly orderId: string }) {
  const mayCancel = useAllows()('warehouse:write');
  const [cancelled, setCancelled] = useState<ShipmentBody | null>(null);
  const shipments = useInfiniteQuery(
    apiPages('shipments.list', { orderId }, (after: string | undefined, signal) =>
      earmark.warehouse.listShipments({
        query: { orderId, limit: SHIPMENTS_OF_PAGE, ...(after !== undefined && { after }) },
        signal,
      }),
    ),
  );
  const columns: readonly Column<ShipmentBody>[] = [
    {
      head: 'Shipment',
      cell: ({ shipmentId }) => <span className="wrap-anywhere">{shipmentId}</span>,
      className: 'min-w-32',
    },
    {
      head: 'State',
      cell: ({ state }) => (
        <Badge tone={state === 'shipped' ? 'good' : 'neutral'}>
          {state === 'shipped' ? 'shipped' : 'cancelled'}
        </Badge>
      ),
    },
    {
      head: 'When',
      cell: ({ shippedAt, cancelledAt }) => <TimeText time={cancelledAt ?? shippedAt} />,
    },
    { head: 'What', cell: ({ lines }) => <ShippedLines lines={lines} />, isWide: true },
    ...(mayCancel
      ? [
          {
            head: <span className="sr-only">Actions</span>,
            cell: (shipment: ShipmentBody) =>
              shipment.state === 'shipped' && (
                <Button
                  kind="quiet"
                  className="-my-1 px-2"
                  aria-label={`Cancel shipment ${shipment.shipmentId}`}
                  onClick={() => setCancelled(shipment)}
                >
                  Cancel
                </Button>
              ),
            className: 'text-right',
          },
        ]
      : []),
  ];
  return (
    <Section title="Shipments" isFlush>
      <Answer of={shipments} rows={2} whenNotFound={<div className="px-4">{NOTHING}</div>}>
        {(rows) => (
          <Table
            caption="Shipments of the order"
            columns={columns}
            rows={rows}
            keyOf={({ shipmentId }) => shipmentId}
            more={shipments}
            empty={NOTHING}
          />
        )}
      </Answer>
      {cancelled && <CancelShipment shipment={cancelled} onClose={() => setCancelled(null)} />}
    </Section>
  );
}

const NOTHING = <p className="text-muted">Nothing was shipped yet.</p>;

function ShippedLines({ lines }: Pick<ShipmentBody, 'lines'>) {
  return (
    <ul>
      {lines.map(({ sku, quantity, batches }) => (
        <li key={sku}>
          {grouped(quantity)} × <ProductLink sku={sku} />{' '}
          <span className="text-muted">
            of{' '}
            {batches.map(({ batchReference }, index) => (
              <span key={batchReference}>
                {index > 0 && ', '}
                <BatchLink reference={batchReference} />
              </span>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}

function CancelShipment({
  shipment: { shipmentId, lines },
  onClose,
}: {
  readonly shipment: ShipmentBody;
  readonly onClose: () => void;
}) {
  const cancel = useWrite(
    () => earmark.warehouse.cancelShipment({ path: { shipmentId } }),
    () => {
      say('The shipment is cancelled, and its stock is back');
      onClose();
    },
  );
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <ActionDialog
      title="The shipment has not left after all"
      action="Cancel the shipment"
      isDanger
      write={cancel}
      onAct={() => cancel.mutate(undefined)}
      onClose={onClose}
    >
      <ShippedLines lines={lines} />
      <p>{unitWords.backFromShipment(units)}</p>
      <p className="text-muted">
        The shipment stays cancelled. To ship the units after all, ship the order again.
      </p>
    </ActionDialog>
  );
}
