import type { EventOf, EventType } from '@earmark/client';
import { counted } from '../ui/numbers.js';
import {
  capitalised,
  date,
  listed,
  sentence,
  time,
  Words,
  type Known,
  type Sentence,
} from './story-words.js';

export { textOf, type Known, type Sentence, type StoryPart } from './story-words.js';

/** What has happened, told in one sentence. */
export interface Story {
  /** Whether it is good news for somebody, or bad. */
  readonly tone: 'good' | 'neutral' | 'warn' | 'bad' | 'info';
  readonly sentence: Sentence;
  /** Which batches a line would have preferred, and why it did not get its units from them; empty if there are none. */
  readonly why: Sentence;
}

/** An event of the log, of the history of an order, or of a simulation. */
export interface StoryEvent {
  readonly type: string;
  readonly data: object;
}

/** @param known what the page is about, which the sentence then does not name again */
export function storyOf({ type, data }: StoryEvent, known: Known = {}): Story {
  const tell = (STORIES as Readonly<Record<string, Tell<EventType> | undefined>>)[type];
  // A newer release may write types, and reasons, that this one does not know.
  const inWords = tell?.(data as never, new Words(known));
  const [tone, told] = inWords ?? (['neutral', sentence`${type}`] as const);
  return { tone, sentence: capitalised(told), why: whyOf(data) };
}

type Data<Type extends EventType> = EventOf<Type>['data'];
type Tell<Type extends EventType> = (data: Data<Type>, words: Words) => readonly [Story['tone'], Sentence];

const due = (eta: string | null): Sentence => (eta === null ? [] : [', due ', date(eta)]);
const dueOrOnHand = (eta: string | null): Sentence => (eta === null ? [', on hand'] : due(eta));
const inRun = (reason: string | undefined): Sentence =>
  reason === 'reallocation-run' ? [' in a reallocation run'] : [];
const only = (isSaid: boolean, said: Sentence): Sentence => (isSaid ? said : []);

/** The sentence for each type of event. A new type of the API needs one here. */
const STORIES: { readonly [Type in EventType]: Tell<Type> } = {
  BatchRegistered: (
    { batchReference, sku, quantity, eta, location, bestBefore, supplier, blocked },
    words,
  ) => [
    'good',
    [
      ...sentence`${words.batch(batchReference)} was registered: ${words.units(quantity, sku)}${dueOrOnHand(eta)}`,
      ...sentence`${location === undefined ? '' : `, at ${location}`}`,
      ...sentence`${supplier === undefined ? '' : `, from ${supplier}`}`,
      ...(bestBefore === undefined ? [] : sentence`, best before ${date(bestBefore)}`),
      ...(blocked === true ? sentence`, blocked` : []),
    ],
  ],
  BatchQuantityChanged: ({ batchReference, sku, quantity, previousQuantity }, words) => [
    quantity < previousQuantity ? 'warn' : 'good',
    // The previous quantity is out of the range of quantities if it corrects what a receipt had left.
    previousQuantity < 0
      ? sentence`the quantity of ${words.batch(batchReference)} was corrected to ${words.units(quantity, sku)}`
      : sentence`the quantity of ${words.batch(batchReference)} was changed from ${counted(previousQuantity, 'unit')} to ${words.units(quantity, sku)}`,
  ],
  BatchRescheduled: ({ batchReference, eta, previousEta }, words) => {
    if (eta === null) return ['good', sentence`${words.batch(batchReference)} has arrived`];
    if (previousEta === null)
      return [
        'warn',
        sentence`${words.batch(batchReference)} is not on hand after all; it is due ${date(eta)}`,
      ];
    return [
      eta > previousEta ? 'warn' : 'good',
      sentence`${words.batch(batchReference)} is due ${date(eta)} instead of ${date(previousEta)}`,
    ];
  },
  BatchLotChanged: ({ batchReference, location, bestBefore, blocked }, words) => [
    blocked ? 'warn' : 'info',
    sentence`${words.batch(batchReference)} is ${blocked ? 'blocked' : 'not blocked'}, at ${location}, ${bestBefore === null ? ['and keeps'] : ['best before ', date(bestBefore)]}`,
  ],
  BatchMoved: ({ batchReference, location, previousLocation }, words) => [
    'info',
    sentence`${words.batch(batchReference)} was moved from ${previousLocation} to ${location}`,
  ],
  BatchReceived: ({ batchReference, sku, quantity, rejected, missing, overReceived, outstanding }, words) => [
    rejected + missing > 0 ? 'warn' : 'good',
    [
      ...sentence`${words.units(quantity, sku)} of ${words.batch(batchReference)} ${quantity === 1 ? 'has' : 'have'} come`,
      ...only(overReceived > 0, sentence`, ${overReceived} more than were outstanding`),
      ...only(
        rejected > 0,
        sentence`, ${rejected} more came and ${rejected === 1 ? 'was' : 'were'} rejected`,
      ),
      ...only(missing > 0, sentence`, ${missing} will not come`),
      ...only(outstanding > 0, sentence`, ${outstanding} ${outstanding === 1 ? 'is' : 'are'} still to come`),
    ],
  ],
  BatchOverdue: ({ batchReference, sku, eta, lines, units }, words) => [
    'bad',
    sentence`${words.batch(batchReference)} is overdue: it was due ${date(eta)}, and ${counted(lines, 'line')} wait${lines === 1 ? 's' : ''} for ${words.units(units, sku)} of it`,
  ],
  StockAdjusted: ({ batchReference, sku, by, reason, variance }, words) => {
    const units = words.units(Math.abs(by), sku);
    const isOne = Math.abs(by) === 1;
    const found = by > 0 ? `${isOne ? 'was' : 'were'} found` : `${isOne ? 'is' : 'are'} missing`;
    const why = reason === '' ? [] : sentence` (${reason})`;
    if (variance === 0)
      return ['good', sentence`${words.batch(batchReference)} was counted, and its figures are right${why}`];
    if (variance !== undefined)
      return [
        by < 0 ? 'warn' : 'info',
        sentence`${words.batch(batchReference)} was counted: ${units} ${found}${why}`,
      ];
    return [by < 0 ? 'warn' : 'info', sentence`${units} of ${words.batch(batchReference)} ${found}${why}`];
  },
  LineAllocated: ({ orderId, sku, quantity, batchReference, claims, eta, from, reason }, words) => {
    const units = sentence`${words.units(quantity, sku)} from ${words.batches(batchReference, claims)}${due(eta)}${inRun(reason)}`;
    if (from === 'hold') return ['good', sentence`the hold of ${words.order(orderId)} became firm: ${units}`];
    if (from === 'backorder')
      return ['good', sentence`${words.order(orderId)} no longer waits: it was promised ${units}`];
    return ['good', sentence`${words.order(orderId)} was promised ${units}`];
  },
  LineHeld: ({ orderId, sku, quantity, batchReference, claims, eta, expiresAt, from }, words) => {
    const units = sentence`${words.units(quantity, sku)} from ${words.batches(batchReference, claims)}${due(eta)}, until ${time(expiresAt)}`;
    if (from === 'hold')
      return ['info', sentence`the hold of ${words.order(orderId)} ends at another time: it holds ${units}`];
    if (from === 'backorder')
      return ['good', sentence`${words.order(orderId)} no longer waits: it holds ${units}`];
    return ['info', sentence`${words.order(orderId)} holds ${units}`];
  },
  LineReleased: ({ orderId, sku, quantity, batchReference, claims, reason }, words) => {
    const units = sentence`${words.units(quantity, sku)} from ${words.batches(batchReference, claims)}`;
    switch (reason) {
      case 'expired':
        return ['info', sentence`the hold of ${words.order(orderId)} has ended, and set free ${units}`];
      case 'released':
        return ['info', sentence`${words.order(orderId)} gave up its hold on ${units}`];
      case 'replaced':
        return ['info', sentence`${words.order(orderId)} was put again and no longer holds ${units}`];
      case 'batch-shrunk':
        return [
          'bad',
          sentence`${words.order(orderId)} lost its hold on ${units}: the batch shrank, and no other could hold the line`,
        ];
    }
  },
  LineDeallocated: ({ orderId, sku, quantity, batchReference, claims, reason }, words) => {
    const units = sentence`${words.units(quantity, sku)} from ${words.batches(batchReference, claims)}`;
    switch (reason) {
      case 'cancelled':
        return ['info', sentence`${words.order(orderId)} cancelled ${units}`];
      case 'batch-shrunk':
        return [
          'bad',
          sentence`${words.order(orderId)} lost ${units}: the batch shrank, and no other could hold the line`,
        ];
      case 'reallocation-run':
        return ['bad', sentence`${words.order(orderId)} lost ${units}${inRun(reason)}`];
    }
  },
  LineReallocated: (
    {
      orderId,
      sku,
      quantity,
      batchReference,
      claims,
      eta,
      previousBatchReference,
      previousClaims,
      reason,
      from,
    },
    words,
  ) => {
    const because = reason === 'batch-shrunk' ? ', because the batch shrank' : inRun(reason);
    const line = from === 'hold' ? sentence`the hold of ${words.order(orderId)}` : words.order(orderId);
    return [
      'warn',
      sentence`${line} moved with ${words.units(quantity, sku)} from ${words.batches(previousBatchReference, previousClaims)} to ${words.batches(batchReference, claims)}${due(eta)}${because}`,
    ];
  },
  LineAmended: (
    { orderId, sku, quantity, previousQuantity, batchReference, claims, previousClaims, eta, from },
    words,
  ) => {
    const verb = from === 'hold' ? 'holds' : 'claims';
    const instead =
      quantity === previousQuantity
        ? sentence`, instead of from ${words.batches(batchReference, previousClaims)}`
        : sentence`, instead of ${counted(previousQuantity, 'unit')}`;
    return [
      'info',
      sentence`${words.order(orderId)} was amended: it ${verb} ${words.units(quantity, sku)} from ${words.batches(batchReference, claims)}${due(eta)}${instead}`,
    ];
  },
  LineBackordered: (
    { orderId, sku, quantity, previousQuantity, reason, neededBy, expiresAt, previousClaims },
    words,
  ) => {
    const order = words.order(orderId);
    const units = words.units(quantity, sku);
    const until = [
      ...(neededBy === null ? [] : sentence`, which it needs by ${date(neededBy)}`),
      ...(expiresAt === null ? [] : sentence`, until ${time(expiresAt)}`),
    ];
    const had =
      previousClaims === undefined
        ? []
        : sentence`, and gave back what it had from ${words.batches('', previousClaims)}`;
    switch (reason) {
      case 'short':
        return ['warn', sentence`${order} waits for ${units}${until}${had}`];
      case 'batch-shrunk':
        return [
          'bad',
          sentence`${order} lost its units because the batch shrank, and waits for ${units}${until}`,
        ];
      case 'reallocation-run':
        return ['bad', sentence`${order} lost its units${inRun(reason)}, and waits for ${units}${until}`];
      case 'amended':
        return previousQuantity === undefined || previousQuantity === quantity
          ? ['info', sentence`${order} was amended: it waits for ${units} on other terms${until}`]
          : [
              'info',
              sentence`${order} was amended: it waits for ${units} instead of ${previousQuantity}${until}`,
            ];
    }
  },
  BackorderEnded: ({ orderId, sku, quantity, reason }, words) => [
    'info',
    sentence`${words.order(orderId)} no longer waits for ${words.units(quantity, sku)}: ${WAIT_ENDED[reason]}`,
  ],
  LineShipped: ({ orderId, sku, quantity, claims, shipmentId }, words) => [
    'good',
    sentence`${words.units(quantity, sku)} left for ${words.order(orderId)} from ${words.batches('', claims)}, with shipment ${shipmentId}`,
  ],
  ShipmentCancelled: ({ orderId, sku, quantity, claims, shipmentId, isClaimed }, words) => [
    'warn',
    sentence`shipment ${shipmentId} of ${words.order(orderId)} did not leave: ${words.units(quantity, sku)} of ${words.batches('', claims)} ${quantity === 1 ? 'is' : 'are'} on hand again, ${isClaimed ? 'and promised to it as before' : 'and free, since the order was cancelled'}`,
  ],
  LineReturned: ({ orderId, sku, quantity, claims, disposition, reason }, words) => [
    disposition === 'restock' ? 'good' : 'warn',
    sentence`${words.order(orderId)} gave back ${words.units(quantity, sku)} of ${words.batches('', claims)}, ${disposition === 'restock' ? 'to be promised again' : 'to be scrapped'}${reason === undefined ? '' : ` (${reason})`}`,
  ],
  OutOfStock: ({ sku, refusals, units, available }, words) => [
    'bad',
    sentence`${counted(refusals, 'line')} that asked for ${words.units(units, sku)} did not fit: ${available === 0 ? 'no batch had any left' : `the largest batch had ${counted(available, 'unit')} left`}`,
  ],
  PolicyChanged: ({ sku, preference = 'eta', backorders, minimumShelfLifeDays = 0, protections }, words) => [
    'info',
    [
      ...sentence`the policy of ${words.product(sku)} was changed: ${PREFERENCES[preference]}, ${QUEUES[backorders]}`,
      ...only(
        minimumShelfLifeDays > 0,
        sentence`, units have to keep ${counted(minimumShelfLifeDays, 'day')} longer than needed`,
      ),
      ...protections.flatMap(({ channel, quantity, until }) => [
        ...sentence`, the last ${counted(quantity, 'unit')} ${channel === null ? 'for nobody' : `for ${channel} only`}`,
        ...(until === null ? [] : sentence` until ${date(until)}`),
      ]),
    ],
  ],
  PromisesChanged: ({ batchReference, sku, eta, previousEta, lines, units }, words) => [
    previousEta === null || eta > previousEta ? 'bad' : 'good',
    sentence`${counted(lines, 'line')} with ${words.units(units, sku)} ${lines === 1 ? 'is' : 'are'} expected ${date(eta)} instead of ${previousEta === null ? 'at once' : date(previousEta)}, because ${words.batch(batchReference)} has another date`,
  ],
};

const WAIT_ENDED: Readonly<Record<Data<'BackorderEnded'>['reason'], string>> = {
  cancelled: 'it was cancelled',
  released: 'its hold was given up',
  replaced: 'the order was put again without them',
  expired: 'its hold has ended',
};

/** The batches of a day, in words. */
export const PREFERENCES: Readonly<Record<NonNullable<Data<'PolicyChanged'>['preference']>, string>> = {
  eta: 'batches by their references',
  fefo: 'batches that expire first come first',
  fifo: 'batches that came first come first',
  lifo: 'batches that came last come first',
};

/** The order of lines that wait, in words. */
export const QUEUES: Readonly<Record<Data<'PolicyChanged'>['backorders'], string>> = {
  'first-fit': 'waiting lines get what fits them',
  strict: 'nobody overtakes the first line that waits',
  'fair-share': 'channels take turns in the queue',
};

type PassedOver = NonNullable<Data<'LineAllocated'>['passedOver']>[number];

const PASSED_OVER: Readonly<Record<PassedOver['reason'], string>> = {
  'too-small': 'could not hold the line',
  later: 'would have come in full later',
  'after-needed-by': 'would have come in full too late',
  'other-location': 'is at another place',
  blocked: 'is blocked',
  expired: 'does not keep for long enough',
};

/** Why a line did not get its units from the batches that come before the one it got. */
export function passedOverSentence(passedOver: readonly PassedOver[], known: Known = {}): Sentence {
  const words = new Words(known);
  return passedOver.length === 0
    ? []
    : capitalised(
        listed(
          passedOver.map(
            ({ batchReference, reason }) =>
              sentence`${words.batch(batchReference)} ${PASSED_OVER[reason] ?? `was passed over (${reason})`}`,
          ),
        ),
      );
}

const whyOf = (data: object): Sentence =>
  'passedOver' in data && Array.isArray(data.passedOver)
    ? passedOverSentence(data.passedOver as readonly PassedOver[])
    : [];
