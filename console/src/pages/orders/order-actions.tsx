import type { OrderBody } from '@earmark/client';
import { useState } from 'react';
import { useAllows } from '../../data/session.js';
import { Button } from '../../ui/button.js';
import { AmendOrder } from './amend-order.js';
import { CancelOrder } from './cancel-order.js';
import { ConfirmOrder } from './confirm-order.js';
import { offeredActions, type OrderAction } from './offered-actions.js';
import { ShipOrder } from './ship-order.js';
import { TakeBack } from './take-back.js';

const NAMES: Readonly<Record<OrderAction, string>> = {
  confirm: 'Confirm the hold',
  ship: 'Ship',
  amend: 'Change the order',
  reopen: 'Open it again',
  'take-back': 'Take units back',
  cancel: 'Cancel the order',
};

const DIALOGS = {
  confirm: ConfirmOrder,
  ship: ShipOrder,
  amend: AmendOrder,
  reopen: AmendOrder,
  'take-back': TakeBack,
  cancel: CancelOrder,
} as const;

export interface OrderActionProps {
  /** As it was when the action was chosen: that is what is decided on. */
  readonly order: OrderBody;
  readonly onClose: () => void;
}

/** What can be done with the order in its state, by somebody with these scopes; the first is the likeliest. */
export function OrderActions({ order }: { readonly order: OrderBody }) {
  const allows = useAllows();
  const [chosen, setChosen] = useState<{ readonly action: OrderAction; readonly order: OrderBody } | null>(
    null,
  );
  const [openedAt] = useState(Date.now);
  const Dialog = chosen && DIALOGS[chosen.action];
  return (
    <>
      {offeredActions(order, allows, openedAt).map((action, index) => (
        <Button
          key={action}
          kind={action === 'cancel' ? 'danger' : index === 0 ? 'primary' : 'plain'}
          onClick={() => setChosen({ action, order })}
        >
          {NAMES[action]}
        </Button>
      ))}
      {Dialog && <Dialog order={chosen.order} onClose={() => setChosen(null)} />}
    </>
  );
}
