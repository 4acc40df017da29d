import { Argument, type Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { command } from '../../platform/cli/command.js';
import { printResult, table, type JsonOption } from '../../platform/cli/print.js';
import type { SimulatedStep, SimulationAnswer } from '../commands/simulate.js';
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
export function simulate(run: ApplicationRunner): Command {
  return command('simulate', 'Show what calls would answer and change, without doing them')
    .addArgument(new Argument('<file>', 'JSON file with the steps, or - for stdin'))
    .addHelpText('after', HELP)
    .action(async (file: string, options: JsonOption) => {
      const drafts = await readStepFile(file);
      await run(async ({ commands }) => {
        const { Simulate } = await import('../commands/simulate.js');
        const { stepOf } = await import('../commands/step-draft.js');
        const answer = await commands.execute(new Simulate(drafts.map(stepOf)));
        printResult(options, resultOf(answer), format(drafts, answer));
      });
    });
}

/** As REST has it, with the code and the words of a refusal instead of a problem document. */
function resultOf({ steps, ...rest }: SimulationAnswer): object {
  return {
    steps: steps.map((step) => {
      const events = step.events.map(({ type, version, key, data }) => ({ type, version, key, data }));
      if (!('refusal' in step)) return { outcome: outcomeOf(step), body: step.body, events };
      const { code, message } = step.refusal;
      return { outcome: 'refused', refusal: { code, detail: message }, events };
    }),
    ...rest,
  };
}

function outcomeOf(step: SimulatedStep): string {
  if ('refusal' in step) return 'refused';
  return step.waits ? 'waits' : step.isNew ? 'new' : 'done';
}

function format(drafts: readonly StepDraft[], { steps, changedLines, more }: SimulationAnswer): string {
  const rows = steps.map((step, i) => [
    ...[i + 1, Object.keys(drafts[i]!)[0]!, outcomeOf(step)],
    'refusal' in step ? step.refusal.message : step.events.map(({ type }) => type).join(', '),
  ]);
  const told = table(['step', 'call', 'outcome', 'events, or why not'], rows);
  if (changedLines.length === 0) return `${told}\n\nNo line would have other units, or on another day.`;
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
