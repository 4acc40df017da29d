import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AstBuilder, GherkinClassicTokenMatcher, Parser } from '@cucumber/gherkin';
import { anchor, GENERATED, link, page, table } from './markdown.js';
import { ROOT } from './source.js';

type Feature = NonNullable<ReturnType<Parser<unknown>['parse']>['feature']>;
type Case = Omit<Feature['children'][number], 'rule'>;
type Background = NonNullable<Case['background']>;
type Scenario = NonNullable<Case['scenario']>;
type Step = Scenario['steps'][number];
type Examples = Scenario['examples'][number];
type DataTable = NonNullable<Step['dataTable']>;
type TableRow = DataTable['rows'][number];

const FOLDER = 'test/specification';
const HERE = 'docs/rules.md';

/** A rule as its feature file has it. */
export interface Specification {
  /** Of the file, in the project. */
  readonly path: string;
  /** Gherkin. */
  readonly text: string;
}

/** Every feature file of the specification, by name. */
export async function specifications(): Promise<Specification[]> {
  const names = await readdir(join(ROOT, FOLDER)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const paths = names.filter((name) => name.endsWith('.feature')).sort();
  return Promise.all(
    paths.map(async (name) => ({
      path: `${FOLDER}/${name}`,
      text: await readFile(join(ROOT, FOLDER, name), 'utf8'),
    })),
  );
}

/** The rules in words: why each is kept, and what that means, case by case. */
export function rulesPage(specifications: readonly Specification[]): string {
  const features = specifications.map(({ path, text }) => ({ path, feature: parsed(text) }));
  const index = features.map(({ feature: { name } }) => `- [${name}](#${anchor(name)})`).join('\n');
  return page(
    GENERATED,
    '# The rules',
    'What the service guarantees, and why. The code refers to the numbered rules. Each case is a test.',
    index,
    ...features.flatMap(({ path, feature }) => wordsOf(feature, path)),
  );
}

/** @throws where the text is not Gherkin */
function parsed(text: string): Feature {
  let count = 0;
  const builder = new AstBuilder(() => String(count++));
  return new Parser(builder, new GherkinClassicTokenMatcher()).parse(text).feature!;
}

function wordsOf({ name, description, children }: Feature, path: string): string[] {
  return [
    `## ${name}`,
    paragraph(description),
    ...children.flatMap(({ rule, ...child }) =>
      rule === undefined
        ? caseOf(child)
        : [`### ${rule.name}`, paragraph(rule.description), ...rule.children.flatMap(caseOf)],
    ),
    `From ${link(path.slice(FOLDER.length + 1), path, HERE)}.`,
  ];
}

function caseOf({ background, scenario }: Case): string[] {
  if (background !== undefined) return [`**${background.name || 'In every case'}**`, ...bodyOf(background)];
  return scenario === undefined
    ? []
    : [`**${scenario.name}**`, ...bodyOf(scenario), ...scenario.examples.flatMap(examplesOf)];
}

const bodyOf = ({ description, steps }: Background | Scenario): string[] => [
  paragraph(description),
  steps.map(stepOf).join('\n').trimEnd(),
];

/** A line of a list, with what belongs to it indented below. */
function stepOf({ keyword, text, dataTable, docString }: Step): string {
  const below =
    dataTable !== undefined ? tableOf(dataTable) : ((docString && fenced(docString.content)) ?? '');
  const words = `- ${keyword.trim() === '*' ? '' : `${keyword.trim()} `}${variables(text)}`;
  return below === '' ? words : `${words}\n\n${below.replace(/^(?=.)/gm, '  ')}\n`;
}

const fenced = (text: string): string => `\`\`\`\n${text}\n\`\`\``;

/** What an outline leaves open, `<quantity>`, would be HTML. */
const variables = (text: string): string => text.replace(/<([^<>]+)>/g, '_$1_');

/** A table that has a first row of names, or of values. */
const tableOf = ({ rows: [head, ...rows] }: DataTable): string =>
  head === undefined ? '' : table(cellsOf(head), rows.map(cellsOf));

function examplesOf({ name, description, tableHeader, tableBody }: Examples): string[] {
  if (tableHeader === undefined) return [];
  return [name, paragraph(description), table(cellsOf(tableHeader), tableBody.map(cellsOf))];
}

const cellsOf = ({ cells }: TableRow): string[] => cells.map(({ value }) => value);

const paragraph = (text: string): string => text.replace(/^[ \t]+/gm, '').trim();
