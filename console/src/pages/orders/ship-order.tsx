import type { ShipmentBody, SimulationBody } from '@earmark/client';
import { useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { useSimulation } from '../../data/use-simulation.js';
import { useWrite } from '../../data/use-write.js';
import { TextField } from '../../ui/field.js';
import { counted, grouped } from '../../ui/figures.js';
import { ProductLink } from '../../ui/links.js';
import { Loading, Notice, ProblemNotice } from '../../ui/notice.js';
import { say } from '../../ui/toasts.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { Claims } from './claims.js';
import type { OrderActionProps } from './order-actions.js';
import { chosenUnits, type Chosen } from './chosen-units.js';

/** What would leave, or why nothing would. */
function outcomeOf(simulation: SimulationBody | undefined) {
  if (!simulation) return undefined;
  const { body, problem } = simulation.steps[0]!;
  return { shipment: body as ShipmentBody | undefined, refusal: problem?.detail };
}

export function ShipOrder({ order: { orderId, lines, shipComplete }, onClose }: OrderActionProps) {
  const [shipmentId] = useState(() => crypto.randomUUID());
  // What is not typed is all that is on hand.
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const whole = useSimulation([{ ship: { orderId, shipmentId } }], { orderId });
  const all = outcomeOf(whole.data);
  const onHand = new Map(all?.shipment?.lines.map(({ sku, quantity }) => [sku, quantity]));
  const claiming = lines.filter(({ claims }) => claims.length > 0);
  const { chosen, errors } = chosenUnits(
    claiming.map(({ sku, claims }) => ({
      sku,
      typed: typed[sku] ?? String(onHand.get(sku) ?? 0),
      most: claims.reduce((sum, { quantity }) => sum + quantity, 0),
    })),
  );
  const isValid = Object.keys(errors).length === 0 && chosen.length > 0;
  const part = useSimulation(
    isValid && all ? [{ ship: { orderId, shipmentId, lines: [...chosen] } }] : null,
    { orderId },
  );
  const outcome = chosen.length === 0 ? all : part.isCurrent ? outcomeOf(part.data) : undefined;
  const unknown = [whole, part].find(({ error }) => error !== null);
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
      isDisabled={!isValid || !outcome?.shipment}
      write={ship}
      onAct={() => ship.mutate(undefined)}
      onClose={onClose}
    >
      {unknown ? (
        <ProblemNotice error={unknown.error} onRetry={() => void unknown.refetch()} />
      ) : (
        !all && <Loading rows={claiming.length} />
      )}
      {all && (
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
