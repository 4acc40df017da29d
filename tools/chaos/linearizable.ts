/**
 * Is there an order in which all that was asked could have happened one after the other, each call between its
 * beginning and its end, with just these answers? The search of Wing and Gong, with Lowe's memory of the places
 * where it has been.
 */

/** What a client asked and was told. Times are milliseconds of one clock that never goes back. */
export interface Operation<Call, Answer> {
  readonly call: Call;
  /** null: there was none. It may have happened at any time since it was asked, or never. */
  readonly answer: Answer | null;
  readonly invokedAt: number;
  /** Infinity where there was no answer. */
  readonly returnedAt: number;
  /** Of the same call, and answered like this one: it happens before this one. */
  readonly after?: Operation<Call, Answer>;
  /** Of the call; it tells a hint from the log, and nothing else. */
  readonly traceId?: string;
}

export interface Search<Op> {
  /**
   * Where the operation is likely to stand among the others. It decides what is tried first and nothing else: a
   * history that is accepted is so because an order was found and every answer in it was checked.
   */
  readonly hintOf?: (operation: Op) => number | undefined;
  /**
   * Places that are looked at before the search is given up; a good history with fair hints needs about as many as it
   * has operations.
   */
  readonly limit?: number;
}

/** What is being called, as if there were one caller only. */
export interface Model<State, Op> {
  readonly initial: State;
  /** The state afterwards, the very same one where nothing changes; null where it could not answer so. */
  step(state: State, operation: Op): State | null;
  /** Whether an operation that was answered so changes nothing, whatever the state: a read, a refusal, a repetition. */
  isIdle(operation: Op): boolean;
  /** Equal for states that cannot be told apart. */
  keyOf(state: State): string;
}

export interface Verdict<State, Op> {
  /** 'undecided': the search was given up. */
  readonly isLinearizable: boolean | 'undecided';
  /** Places that the search has been at. */
  readonly explored: number;
  /** Where it got furthest: what had happened by then in this order, and what could not go on from there. */
  readonly furthest: { readonly state: State; readonly order: readonly Op[]; readonly stuck: readonly Op[] };
}

/** Which operations have happened, and what came of it. */
interface Place<State> {
  readonly state: State;
  /** Bits by the place in `answered` and in `open`. */
  readonly done: bigint;
  readonly taken: bigint;
  /** Of the answered ones, all before this one are done. */
  readonly first: number;
  readonly order: Chain | null;
}

/** The order so far, backwards, so that two ways that begin alike share their beginning. */
interface Chain {
  readonly index: number;
  readonly isOpen: boolean;
  readonly before: Chain | null;
}

interface Step<State> {
  readonly place: Place<State>;
  readonly hint: number;
}

/**
 * Of those without a hint, the ones that change nothing at the moment are tried first, and those that were not answered
 * last: they may never have happened.
 */
const [EARLY, LATE] = [-1, Number.MAX_VALUE];

const has = (bits: bigint, index: number) => ((bits >> BigInt(index)) & 1n) === 1n;
const bit = (index: number) => 1n << BigInt(index);

/** Whether the history is linearizable. */
export function checkLinearizable<State, Call, Answer>(
  model: Model<State, Operation<Call, Answer>>,
  history: readonly Operation<Call, Answer>[],
  { hintOf = () => undefined, limit = 200_000 }: Search<Operation<Call, Answer>> = {},
): Verdict<State, Operation<Call, Answer>> {
  // What was not answered and left no trace has hardly happened: an order without it is one, and sooner found.
  const likely = history.filter((operation) => operation.answer !== null || hintOf(operation) !== undefined);
  const first = searchOrder(model, likely, hintOf, limit);
  if (first.isLinearizable === true || likely.length === history.length) return first;
  return searchOrder(model, history, hintOf, limit);
}

function searchOrder<State, Call, Answer>(
  model: Model<State, Operation<Call, Answer>>,
  history: readonly Operation<Call, Answer>[],
  hintOf: (operation: Operation<Call, Answer>) => number | undefined,
  limit: number,
): Verdict<State, Operation<Call, Answer>> {
  type Op = Operation<Call, Answer>;
  const byTime = [...history].sort((a, b) => a.invokedAt - b.invokedAt);
  const answered = byTime.filter(({ answer }) => answer !== null);
  const open = byTime.filter(({ answer }) => answer === null);
  const places = new Map(answered.map((op, index) => [op, index]));
  const seen = new Set<string>();

  /** Those that nothing precedes which has yet to happen. */
  function candidates(place: Place<State>): { ready: number[]; deadline: number } {
    const ready: number[] = [];
    let deadline = Infinity;
    for (let index = place.first; index < answered.length; index++) {
      const { invokedAt, returnedAt, after } = answered[index]!;
      if (invokedAt > deadline) break;
      if (has(place.done, index)) continue;
      deadline = Math.min(deadline, returnedAt);
      if (!after || has(place.done, places.get(after)!)) ready.push(index);
    }
    return { ready, deadline };
  }

  function withDone(place: Place<State>, index: number, state: State): Place<State> {
    const done = place.done | bit(index);
    let { first } = place;
    while (first < answered.length && has(done, first)) first++;
    return { ...place, state, done, first, order: { index, isOpen: false, before: place.order } };
  }

  /**
   * Lets everything happen that can and never changes anything: reads, refusals, repetitions. To put such a one off
   * gains nothing, as the others go on as they would without it; so there is no need to try that.
   */
  function settle(place: Place<State>): { place: Place<State>; steps: Step<State>[] } {
    for (;;) {
      const { ready, deadline } = candidates(place);
      const steps: Step<State>[] = [];
      let settled = place;
      for (const index of ready) {
        const op = answered[index]!;
        const state = model.step(place.state, op);
        if (state === null) continue;
        if (model.isIdle(op)) settled = withDone(settled, index, state);
        else {
          const hint = hintOf(op) ?? (state === place.state ? EARLY : LATE);
          steps.push({ place: withDone(place, index, state), hint });
        }
      }
      if (settled === place) return { place, steps: [...steps, ...openSteps(place, deadline)] };
      place = settled;
    }
  }

  function openSteps(place: Place<State>, deadline: number): Step<State>[] {
    return open.flatMap((op, index) => {
      if (op.invokedAt > deadline || has(place.taken, index)) return [];
      const state = model.step(place.state, op);
      if (state === null || state === place.state) return [];
      const order = { index, isOpen: true, before: place.order };
      return [
        { place: { ...place, state, taken: place.taken | bit(index), order }, hint: hintOf(op) ?? Infinity },
      ];
    });
  }

  function operationsOf(order: Chain | null): Op[] {
    const operations: Op[] = [];
    for (let at = order; at; at = at.before) operations.unshift((at.isOpen ? open : answered)[at.index]!);
    return operations;
  }

  let explored = 0;
  let furthest: Place<State> = { state: model.initial, done: 0n, taken: 0n, first: 0, order: null };
  const verdict = (isLinearizable: boolean | 'undecided') => ({
    isLinearizable,
    explored,
    furthest: {
      state: furthest.state,
      order: operationsOf(furthest.order),
      stuck: candidates(furthest).ready.map((index) => answered[index]!),
    },
  });

  // What is yet to be tried, the most promising last.
  const trail: Place<State>[] = [furthest];
  for (let next = trail.pop(); next; next = trail.pop()) {
    if (++explored > limit) return verdict('undecided');
    const { place, steps } = settle(next);
    if (place.first >= furthest.first) furthest = place;
    if (place.first === answered.length) return verdict(true);
    const key = `${place.done.toString(36)} ${place.taken.toString(36)} ${model.keyOf(place.state)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    steps.sort((a, b) => (a.hint === b.hint ? 0 : b.hint - a.hint));
    trail.push(...steps.map((step) => step.place));
  }
  return verdict(false);
}
