import { median } from './sample.js';

/** One line of the table. */
export interface Finding {
  readonly what: string;
  /** One for each round. */
  readonly figures: readonly number[];
  readonly unit: string;
  /** What it is compared with, in the same rounds: the ratio is figure : yardstick, round by round. */
  readonly yardstick?: { readonly name: string; readonly figures: readonly number[] };
  /** For the ratio where there is a yardstick, else for the figure. */
  readonly goal?: { readonly atLeast: number } | { readonly atMost: number };
  readonly note?: string;
  /** Its place in the chart, where it has one. */
  readonly point?: { readonly curve: string; readonly x: number; readonly axis: string };
}

export interface Report {
  readonly machine: Readonly<Record<string, string>>;
  readonly findings: Readonly<Record<string, readonly Finding[]>>;
}

export function markdown({ machine, findings }: Report): string {
  const facts = Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`);
  const head = ['Scenario', 'Measured', 'Median (lowest–highest)', 'Against', 'Ratio', 'Goal', 'Verdict'];
  const rows = Object.entries(findings).flatMap(([scenario, found]) =>
    found.map((finding) => [scenario, ...cells(finding)]),
  );
  const notes = Object.values(findings)
    .flat()
    .filter(({ note }) => note !== undefined)
    .map(({ what, note }) => `- ${what}: ${note}`);
  return [
    '# Bench',
    '',
    ...facts,
    '',
    row(head),
    row(head.map(() => '---')),
    ...rows.map(row),
    '',
    ...(notes.length > 0 ? ['Notes', '', ...notes, ''] : []),
  ].join('\n');
}

/** One line for the terminal. */
export function inWords(finding: Finding): string {
  const [what, figure, against, ratio, goal, verdict] = cells(finding);
  const compared = ratio ? `; ${ratio} × ${against}` : '';
  const judged = goal ? `; goal ${goal}: ${verdict}` : '';
  return `  ${what}: ${figure}${compared}${judged}${finding.note ? `; ${finding.note}` : ''}`;
}

export function withoutGoal({ goal, ...rest }: Finding): Finding {
  return rest;
}

/** Undefined where there is no goal. */
export function isMet(finding: Finding): boolean | undefined {
  const { goal } = finding;
  if (!goal) return undefined;
  const judged = median(ratios(finding) ?? finding.figures);
  return 'atLeast' in goal ? judged >= goal.atLeast : judged <= goal.atMost;
}

function cells(finding: Finding): string[] {
  const { what, figures, unit, yardstick, goal } = finding;
  const ratio = ratios(finding);
  const met = isMet(finding);
  return [
    what,
    `${spread(figures)} ${unit}`,
    yardstick ? `${yardstick.name}: ${spread(yardstick.figures)}` : '',
    ratio ? spread(ratio) : '',
    goal ? ('atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`) : '',
    met === undefined ? '' : met ? 'met' : 'missed',
  ];
}

function ratios({ figures, yardstick }: Finding): number[] | null {
  return yardstick ? figures.map((figure, i) => figure / yardstick.figures[i]!) : null;
}

function spread(figures: readonly number[]): string {
  const middle = short(median(figures));
  if (figures.length === 1) return middle;
  return `${middle} (${short(Math.min(...figures))}–${short(Math.max(...figures))})`;
}

/** Three digits that count. */
function short(figure: number): string {
  if (Math.abs(figure) >= 100) return Math.round(figure).toLocaleString('en');
  return Number(figure.toPrecision(3)).toString();
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
