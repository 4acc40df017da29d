import type { ShipmentBody } from '@earmark/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useWrite } from '../../data/use-write.js';
import { TextField } from '../../ui/field.js';
import { counted, grouped } from '../../ui/figures.js';
import { ProductLink } from '../../ui/links.js';
import { Loading, Notice } from '../../ui/notice.js';
import { say } from '../../ui/toasts.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { Claims } from './claims.js';
import type { OrderActionProps } from './order-actions.js';
import { chosenUnits, type Chosen } from './chosen-units.js';

interface Outcome {
  readonly shipment: ShipmentBody | null;
  /** Why it would be refused. */
  readonly refusal: string | null;
}

/** @param lines null: all that is on hand */
function useShipment(
  shipmentId: string,
  orderId: string,
  lines: readonly Chosen[] | null,
  isEnabled: boolean,
) {
  const text = JSON.stringify(lines);
  return useQuery({
    ...apiQuery(
      'simulations.ship',
      { orderId, text },
      async (signal): Promise<{ data: Outcome }> => {
        const chosen = JSON.parse(text) as Chosen[] | null;
        const ship = { orderId, shipmentId, ...(chosen && { lines: chosen }) };
        const { data } = await earmark.simulations.simulate({ body: { steps: [{ ship }] }, signal });
        const { body, problem } = data.steps[0]!;
        return {
          data: { shipment: (body as ShipmentBody | undefined) ?? null, refusal: problem?.detail ?? null },
        };
      },
      { isLive: false },
    ),
    enabled: isEnabled,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
}

export function ShipOrder({ order: { orderId, lines, shipComplete }, onClose }: OrderActionProps) {
  const [shipmentId] = useState(() => crypto.randomUUID());
  // What is not typed is all that is on hand.
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const all = useShipment(shipmentId, orderId, null, true);
  const onHand = new Map(all.data?.shipment?.lines.map(({ sku, quantity }) => [sku, quantity]));
  const claiming = lines.filter(({ claims }) => claims.length > 0);
  const { chosen, errors } = chosenUnits(
    claiming.map(({ sku, claims }) => ({
      sku,
      typed: typed[sku] ?? String(onHand.get(sku) ?? 0),
      most: claims.reduce((sum, { quantity }) => sum + quantity, 0),
    })),
  );
  const isValid = Object.keys(errors).length === 0 && chosen.length > 0;
  const part = useShipment(shipmentId, orderId, chosen, isValid && all.data !== undefined);
  const outcome = chosen.length === 0 ? all.data : part.data;
  const ship = useWrite(
    () => earmark.warehouse.ship({ path: { shipmentId }, body: { orderId, lines: [...chosen] } }),
    ({ data }) => {
      const units = data.lines.reduce((sum, { quantity }) => sum + quantity, 0);
      say(`${counted(units, 'unit')} of order ${orderId} ${units === 1 ? 'has' : 'have'} left`, {
        label: 'Undo',
        act: () => earmark.warehouse.cancelShipment({ path: { shipmentId } }),
      });
      onClose();
    },
  );
  return (
    <ActionDialog
      title={`Ship order ${orderId}`}
      action={chosen.length === 0 ? 'Ship' : `Ship ${counted(unitsOf(chosen), 'unit')}`}
      isDisabled={!isValid}
      write={ship}
      onAct={() => ship.mutate(undefined)}
      onClose={onClose}
    >
      {all.data === undefined ? (
        <Loading rows={claiming.length} />
      ) : (
        <ul className="flex flex-col gap-3">
          {claiming.map(({ sku, claims }) => (
            <li key={sku} className="grid grid-cols-[minmax(0,1fr)_6rem] items-start gap-3">
              <div>
                <ProductLink sku={sku} />
                <span className="block text-muted">
                  has <Claims claims={claims} />; {grouped(onHand.get(sku) ?? 0)} on hand
                </span>
              </div>
              <TextField
                label={`Units of ${sku} that leave`}
                isHidden
                inputMode="numeric"
                className="[&_input]:text-right"
                value={typed[sku] ?? String(onHand.get(sku) ?? 0)}
                onChange={({ target }) => {
                  ship.reset();
                  setTyped({ ...typed, [sku]: target.value });
                }}
                error={errors[sku]}
              />
            </li>
          ))}
        </ul>
      )}
      {outcome?.refusal && (
        <Notice tone="bad" title="This cannot be shipped now">
          {outcome.refusal}
        </Notice>
      )}
      {isValid && outcome?.shipment && (
        <Notice tone="info" title="These units leave the stock">
          <ul>
            {outcome.shipment.lines.map(({ sku, batches }) => (
              <li key={sku}>
                {sku}: <Claims claims={batches} />
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {shipComplete && <p className="text-muted">This order leaves as a whole only.</p>}
    </ActionDialog>
  );
}

const unitsOf = (chosen: readonly Chosen[]): number =>
  chosen.reduce((sum, { quantity }) => sum + quantity, 0);
