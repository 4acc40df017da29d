import { Argument, type Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command } from '../../platform/cli/command.js';
import { printResult, table, type JsonOption } from '../../platform/cli/print.js';
import type { SimulationAnswer } from '../commands/simulate.js';
import type { DomainEvent } from '../../kernel/domain/events.js';
import type { StepDraft } from '../commands/step-draft.js';
import type { LinePlace } from '../domain/changed-lines.js';
import { formatPlace } from './format-place.js';
import { readStepFile } from './step-file.js';

const HELP = `
The file has the body of POST /v1/simulations as JSON; - reads it from stdin.
Nothing is written and nothing is locked.

Example of a file:
  {"steps": [
    {"reschedule": {"reference": "PO-2031", "eta": "2027-03-31"}},
    {"order": {"orderId": "order-7", "lines": [{"sku": "LAMP", "quantity": 2}]}}]}`;

/** `simulate FILE` */
export function simulate(ask: Ask<Application>): Command {
  return command('simulate', 'Show what calls would answer and change, without making them')
    .addArgument(new Argument('<file>', 'JSON file with the steps, or - for stdin'))
    .addHelpText('after', HELP)
    .action(async (file: string, options: JsonOption) => {
      const drafts = await readStepFile(file);
      await ask<Simulation>({
        onDatabase: async ({ commands }) => {
          const { Simulate } = await import('../commands/simulate.js');
          const { stepOf } = await import('../commands/step-draft.js');
          return simulationOf(await commands.execute(new Simulate(drafts.map(stepOf))));
        },
        overRest: async (service) => {
          const call = service.post<RestSimulation>('/v1/simulations', { steps: drafts }, { isSafe: true });
          return simulationOfRest((await call).body);
        },
        show: (simulation) => printResult(options, simulation, format(drafts, simulation)),
      });
    });
}

/** As REST has it, with the outcome instead of a status, and the code and the words of a refusal instead of a problem. */
interface Simulation {
  readonly steps: readonly ShownStep[];
  readonly changedLines: SimulationAnswer['changedLines'];
  readonly more: boolean;
}

interface ShownStep {
  readonly outcome: 'refused' | 'waits' | 'new' | 'done';
  readonly refusal?: { readonly code: string; readonly detail: string };
  readonly body?: object;
  readonly events: readonly Pick<DomainEvent, 'type' | 'version' | 'key' | 'data'>[];
}

function simulationOf({ steps, ...rest }: SimulationAnswer): Simulation {
  return {
    steps: steps.map((step) => {
      const events = step.events.map(({ type, version, key, data }) => ({ type, version, key, data }));
      if (!('refusal' in step))
        return { outcome: step.waits ? 'waits' : step.isNew ? 'new' : 'done', body: step.body, events };
      const { code, message } = step.refusal;
      return { outcome: 'refused', refusal: { code, detail: message }, events };
    }),
    ...rest,
  };
}

type RestSimulation = Omit<Simulation, 'steps'> & {
  readonly steps: readonly {
    readonly status: number;
    readonly body?: object;
    readonly problem?: { readonly type: string; readonly detail: string };
    readonly events: ShownStep['events'];
  }[];
};

const OUTCOMES: ReadonlyMap<number, ShownStep['outcome']> = new Map([
  [200, 'done'],
  [201, 'new'],
  [202, 'waits'],
]);

function simulationOfRest({ steps, ...rest }: RestSimulation): Simulation {
  return {
    steps: steps.map(({ status, body, problem, events }) => {
      if (!problem) return { outcome: OUTCOMES.get(status)!, body: body!, events };
      const { type, detail } = problem;
      return { outcome: 'refused', refusal: { code: type.slice(type.lastIndexOf(':') + 1), detail }, events };
    }),
    ...rest,
  };
}

function format(drafts: readonly StepDraft[], { steps, changedLines, more }: Simulation): string {
  const rows = steps.map((step, i) => [
    ...[i + 1, Object.keys(drafts[i]!)[0]!, step.outcome],
    step.refusal?.detail ?? step.events.map(({ type }) => type).join(', '),
  ]);
  const told = table(['step', 'call', 'outcome', 'events or refusal'], rows);
  if (changedLines.length === 0) return `${told}\n\nNo line would get other units or another day.`;
  const place = (its: LinePlace | null) => (its ? formatPlace(its) : '');
  const lines = changedLines.map(({ orderId, sku, before, after }) => [
    orderId,
    sku,
    place(before),
    place(after),
  ]);
  const changed = table(['order', 'sku', 'now', 'then'], lines);
  return [told, '', changed, ...(more ? ['', 'More lines would change.'] : [])].join('\n');
}
