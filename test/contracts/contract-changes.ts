import type { Answer, Call, Contract, Message } from './contract.js';
import { changesOf, type Change } from './schema-changes.js';

/** Whether a feature declares an upcaster for a type of event, from a version to the next. */
export type HasUpcaster = (type: string, from: number) => boolean;

/** A change of a promise, and what to do instead where it breaks those who rely on it. */
export interface ContractChange extends Change {
  readonly instead: string;
}

/**
 * What differs between the contract that was promised and the one that the code has.
 * @param code its events in their current version alone
 */
export function contractChanges(
  promised: Contract,
  code: Contract,
  hasUpcaster: HasUpcaster,
): ContractChange[] {
  return [
    ...each(promised.events, code.events, (type, before, after) => ofEvent(type, before, after, hasUpcaster)),
    ...each(promised.calls, code.calls, ofCall),
    ...each(promised.messages, code.messages, ofMessage),
  ];
}

function* each<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
  of: (name: string, before: T | undefined, after: T | undefined) => Iterable<ContractChange>,
): Generator<ContractChange> {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    yield* of(name, before[name], after[name]);
  }
}

type Event = Contract['events'][string];

function* ofEvent(
  type: string,
  before: Event | undefined,
  after: Event | undefined,
  hasUpcaster: HasUpcaster,
): Generator<ContractChange> {
  const where = `event ${type}`;
  if (!after) {
    const instead =
      'keep the event in the contract, for it stands in every log; tell the new fact by a new event beside it';
    yield { where, says: 'is gone', breaks: true, instead };
    return;
  }
  const [version, schema] = Object.entries(after).map(([key, data]) => [Number(key), data] as const)[0]!;
  const known = Object.keys(before ?? {}).map(Number);
  const latest = Math.max(0, ...known);
  const promised = before?.[version];

  const instead =
    `leave version ${version} as it is stored: raise the version of ${type} to ${version + 1} and declare an upcaster ` +
    `from version ${version} to ${version + 1} (src/<feature>/upcasters/, Upcasters.declare in its module); or add an ` +
    'optional field, which events of before may lack';
  if (promised) {
    for (const change of changesOf(promised, schema, 'stored', `${where} v${version}`))
      yield { ...change, instead };
  }
  if (version < latest) {
    const raised = `raise it to ${latest + 1}, with an upcaster from version ${latest}`;
    yield { where, says: `has version ${version}, after ${latest}`, breaks: true, instead: raised };
  } else if (!promised) {
    const missing = range(latest || version, version).filter((from) => !hasUpcaster(type, from));
    const says = `has version ${version}${latest ? ` after ${latest}` : ', and is new'}`;
    for (const from of missing) {
      const declared = `declare one in src/<feature>/upcasters/, by Upcasters.declare in the feature's module`;
      yield {
        where,
        says: `${says}, with no upcaster from version ${from}`,
        breaks: true,
        instead: declared,
      };
    }
    if (missing.length === 0) yield { where, says, breaks: false, instead };
  }
  if (hasUpcaster(type, version)) {
    const raised = `raise its version to ${version + 1} in the contract, or take the upcaster away`;
    yield { where, says: `has an upcaster from its own version ${version}`, breaks: true, instead: raised };
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function* ofCall(name: string, before: Call | undefined, after: Call | undefined): Generator<ContractChange> {
  const instead =
    `leave ${name} as it is: offer the new form under a new path (${name.replace(/v\d+/, 'v2')}), or add what is new ` +
    'as an optional field; take the old one away when nobody calls it any more';
  for (const change of callChanges(name, before, after)) yield { ...change, instead };
}

function* callChanges(where: string, before: Call | undefined, after: Call | undefined): Generator<Change> {
  if (!before || !after) {
    yield comesOrGoes(where, before);
    return;
  }
  const at = (part: string) => `${where} ${part}`;
  if (before.scope !== after.scope) {
    const says = `needs the scope ${after.scope ?? 'none'} instead of ${before.scope ?? 'none'}`;
    yield { where, says, breaks: after.scope !== null };
  }
  yield* changesOf(before.parameters, after.parameters, 'asked', at('parameters'));
  if (before.body && after.body) yield* changesOf(before.body, after.body, 'asked', at('body'));
  else if (before.body ?? after.body)
    yield { where: at('body'), says: after.body ? 'is new' : 'is gone', breaks: true };

  for (const status of new Set([...Object.keys(before.answers), ...Object.keys(after.answers)])) {
    const [was, is] = [before.answers[status], after.answers[status]];
    const answer = at(`answer ${status}`);
    // Who knows 200 and 201 does not wait for 202. Only those get 304 who send `If-None-Match`, and so ask for it.
    if (!was || !is)
      yield { where: answer, says: is ? 'is new' : 'is gone', breaks: !is || status !== '304' };
    else yield* answerChanges(answer, was, is);
  }
  for (const code of new Set([...Object.keys(before.problems), ...Object.keys(after.problems)])) {
    const [was, is] = [before.problems[code], after.problems[code]];
    const says =
      was === undefined
        ? `is new, with status ${is}`
        : is === undefined
          ? 'is gone'
          : `has status ${is} instead of ${was}`;
    if (was !== is) yield { where: at(`problem ${code}`), says, breaks: was !== undefined };
  }
}

function* answerChanges(where: string, before: Answer, after: Answer): Generator<Change> {
  const headers = new Set([...before.headers, ...after.headers]);
  for (const header of headers) {
    const [was, is] = [before.headers.includes(header), after.headers.includes(header)];
    if (was !== is)
      yield { where: `${where} header ${header}`, says: is ? 'is new' : 'is gone', breaks: was };
  }
  for (const type of new Set([...Object.keys(before.bodies), ...Object.keys(after.bodies)])) {
    const [was, is] = [before.bodies[type], after.bodies[type]];
    if (was && is) yield* changesOf(was, is, 'told', where);
    else yield { where: `${where} as ${type}`, says: is ? 'is new' : 'is gone', breaks: !is };
  }
}

function* ofMessage(
  name: string,
  before: Message | undefined,
  after: Message | undefined,
): Generator<ContractChange> {
  const instead =
    `leave ${name} as it is: add a channel ${name}_v2 beside it in src/channels.ts, and take the old one away when ` +
    'nobody is on it any more';
  for (const change of messageChanges(`channel ${name}`, before, after)) yield { ...change, instead };
}

function* messageChanges(
  where: string,
  before: Message | undefined,
  after: Message | undefined,
): Generator<Change> {
  if (!before || !after) {
    yield comesOrGoes(where, before);
    return;
  }
  for (const what of ['direction', 'version', 'orderedBy', 'mediaType'] as const) {
    if (before[what] === after[what]) continue;
    yield { where, says: `has the ${what} ${after[what]} instead of ${before[what]}`, breaks: true };
  }
  yield* changesOf(before.body, after.body, before.direction === 'in' ? 'asked' : 'told', where);
}

const comesOrGoes = (where: string, before: unknown): Change => ({
  where,
  says: before ? 'is gone' : 'is new',
  breaks: before !== undefined,
});
