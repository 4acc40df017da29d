import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { printResult, table, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { channel } from '../../vocabulary/channel.js';
import { orderId } from '../../vocabulary/order-id.js';
import { sku } from '../../vocabulary/sku.js';
import type { LinePlace } from '../domain/changed-lines.js';
import type { ReallocationResult } from '../domain/reallocated-lines.js';
import { SEGMENT_STATES, STRATEGIES, type Segment, type SegmentMatch } from '../domain/segment.js';
import { formatPlace } from './format-place.js';

const HELP = `
A segment is written STRATEGY or STRATEGY:CONDITION,CONDITION…; a line belongs to
the first one that it matches, and lines that match none keep their units.

Strategies, in the order in which they run:
  win           gets its units on the earliest possible day, if need be units of
                lines that redistribute, fill or lose
  gain          keeps its units, or gets earlier ones
  redistribute  is allocated again, with a better or a worse result
  fill          keeps its units unless a line before it needs them
  lose          gives up its units, and gets only units that are left

Conditions: channel=web (channel= for none), priority=7 or priority=7-9,
state=allocated or state=backordered, order=order-7 (repeat it for several).

Examples:
  reallocate SMALL-TABLE --segment win:channel=vip --segment lose --simulate
  reallocate SMALL-TABLE --segment win:priority=8-9 --segment redistribute`;

interface Options extends JsonOption {
  readonly segment?: readonly Segment[];
  readonly simulate?: boolean;
}

/** `reallocate SKU --segment …` */
export function reallocate(ask: Ask<Application>): Command {
  return command('reallocate', 'Reassign the units of a product, segment by segment')
    .addArgument(valueArgument('sku', 'SKU of the product', sku))
    .addOption(
      new Option(
        '--segment <strategy[:conditions]>',
        'A strategy and the lines that it applies to; repeat it for several',
      )
        .argParser((text: string, earlier: readonly Segment[] = []) => [...earlier, segmentOf(text)])
        .makeOptionMandatory(),
    )
    .option('--simulate', 'Only show what would happen')
    .addHelpText('after', HELP)
    .action((sku: string, { segment = [], simulate = false, ...json }: Options) =>
      ask<ReallocationResult>({
        onDatabase: async ({ commands }) => {
          const { Reallocate } = await import('../commands/reallocate.js');
          return commands.execute(new Reallocate(sku, segment, simulate));
        },
        overRest: async (service) => {
          const reallocations = path`/v1/products/${sku}/reallocations`;
          const { body } = await service.post<ReallocationResult & { sku: string; simulated: boolean }>(
            reallocations,
            { segments: segment, simulate },
          );
          const { sku: _, simulated: __, ...result } = body;
          return result;
        },
        show: (result) =>
          printResult(json, { sku, simulated: simulate, ...result }, format(result, simulate)),
      }),
    );
}

function segmentOf(text: string): Segment {
  const at = text.indexOf(':');
  const word = at < 0 ? text : text.slice(0, at);
  const strategy = STRATEGIES.find((strategy) => strategy === word);
  if (!strategy) throw new InvalidArgumentError(`The strategy must be one of: ${STRATEGIES.join(', ')}.`);
  const conditions = at < 0 ? [] : text.slice(at + 1).split(',');
  return { strategy, match: conditions.reduce(withCondition, {}) };
}

function withCondition(match: SegmentMatch, condition: string): SegmentMatch {
  const at = condition.indexOf('=');
  const [name, value] = [condition.slice(0, at), condition.slice(at + 1)];
  switch (at < 0 ? '' : name) {
    case 'channel':
      if (value === '') return { ...match, channel: null };
      if (!channel.isValid(value)) throw new InvalidArgumentError(`The channel ${channel.message}.`);
      return { ...match, channel: value };
    case 'priority': {
      const [, min, max = min] = /^(\d)(?:-(\d))?$/.exec(value) ?? [];
      if (min === undefined) throw new InvalidArgumentError('The priority must be like 7 or 7-9.');
      return { ...match, priority: { min: Number(min), max: Number(max) } };
    }
    case 'state': {
      const state = SEGMENT_STATES.find((state) => state === value);
      if (!state) throw new InvalidArgumentError(`The state must be one of: ${SEGMENT_STATES.join(', ')}.`);
      return { ...match, state };
    }
    case 'order':
      if (!orderId.isValid(value)) throw new InvalidArgumentError(`The order id ${orderId.message}.`);
      return { ...match, orderIds: [...(match.orderIds ?? []), value] };
    default:
      throw new InvalidArgumentError('A condition must be one of channel=, priority=, state= and order=.');
  }
}

function format({ segments, lines }: ReallocationResult, isSimulated: boolean): string {
  const counts = segments.map(({ strategy, lines, changed, short }) => [strategy, lines, changed, short]);
  const summary = table(['segment', 'lines', isSimulated ? 'would change' : 'changed', 'short'], counts);
  if (lines.length === 0)
    return `${summary}\n\nNo line ${isSimulated ? 'would have' : 'has'} other units than before.`;
  const rows = lines.map(({ orderId, strategy, outcome, before, after }) => [
    ...[orderId, strategy ?? '(units left)', outcome, placeOf(before), placeOf(after)],
  ]);
  return `${summary}\n\n${table(['order', 'segment', 'outcome', 'before', 'after'], rows)}`;
}

function placeOf(place: LinePlace | null): string {
  return place ? formatPlace(place) : '';
}
