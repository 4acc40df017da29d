import { AstBuilder, compile, GherkinClassicTokenMatcher, Parser } from '@cucumber/gherkin';

export type Row = Readonly<Record<string, string>>;

type NamesIn<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

interface Step<World> {
  readonly sentence: string;
  readonly pattern: RegExp;
  readonly take: (world: World, facts: Record<string, string>, rows: readonly Row[]) => unknown;
}

/** A sentence as it is played: with the values of its example. */
interface Line {
  readonly keyword: string;
  readonly text: string;
  readonly line: number;
  /** Whether it says what happens, as a `When` does and an `And` behind it. */
  readonly isAction: boolean;
  readonly rows: readonly Row[];
}

interface Scenario {
  readonly title: string;
  readonly lines: readonly Line[];
}

interface Playable {
  readonly title: string;
  /** @throws in the words of the sentence that no step, or more than one, can mean, or that does not hold */
  readonly play: () => Promise<void>;
}

export interface Feature {
  readonly title: string;
  readonly scenarios: readonly Playable[];
}

/** What a scenario lives in, from its first line to its last. */
export interface Scene {
  /** The next lines say what happens: those before have said how it came to that. */
  whenBegins(): Promise<void>;
  end(): Promise<void>;
}

/** What the sentences of the specification do. */
export class Steps<World extends Scene> {
  readonly #patterns: Readonly<Record<string, string>>;
  readonly #steps: Step<World>[] = [];
  readonly #used = new Set<Step<World>>();

  /** @param patterns of the facts by their names; others are codes */
  constructor(patterns: Readonly<Record<string, string>>) {
    this.#patterns = patterns;
  }

  /** @param sentence with its facts in braces, as in `{order} asks for {units} {sku}` */
  on<const Sentence extends string>(
    sentence: Sentence,
    take: (world: World, facts: Record<NamesIn<Sentence>, string>, rows: readonly Row[]) => unknown,
  ): this {
    const withPatterns = sentence.replace(
      /\{(\w+)\}/g,
      (_, name: string) => `(?<${name}>${this.#patterns[name] ?? '[\\w-]+'})`,
    );
    this.#steps.push({ sentence, pattern: new RegExp(`^${withPatterns}$`), take });
    return this;
  }

  /** The scenarios and examples of a feature; each that is played begins in a world of its own. */
  read(file: string, text: string, begin: () => Promise<World>): Feature {
    const { title, scenarios } = parsed(text, file);
    return { title, scenarios: scenarios.map((scenario) => this.#bind(scenario, file, begin)) };
  }

  #bind({ title, lines }: Scenario, file: string, begin: () => Promise<World>): Playable {
    const readings = lines.map((line) => ({ line, candidates: this.#candidatesFor(line) }));
    return {
      title,
      play: async () => {
        const bound = readings.map(({ line, candidates }) => ({
          line,
          step: theOnly(candidates, line, file),
        }));
        const world = await begin();
        let isHappening = false;
        for (const { line, step } of bound) {
          if (line.isAction && !isHappening) await world.whenBegins();
          isHappening = line.isAction;
          await take(world, step, line, file);
        }
        await world.end();
      },
    };
  }

  /** Steps that no scenario has used until now. */
  get unused(): string[] {
    return this.#steps.filter((step) => !this.#used.has(step)).map(({ sentence }) => sentence);
  }

  #candidatesFor({ text }: Line): Step<World>[] {
    const candidates = this.#steps.filter(({ pattern }) => pattern.test(text));
    for (const step of candidates) this.#used.add(step);
    return candidates;
  }
}

/**
 * Scenarios with their backgrounds, and one for each example of an outline.
 * @throws if it is not Gherkin, or a scenario ends without a `Then`
 */
function parsed(text: string, file: string): { title: string; scenarios: Scenario[] } {
  let ids = 0;
  const nextId = () => String(++ids);
  const document = new Parser(new AstBuilder(nextId), new GherkinClassicTokenMatcher()).parse(text);
  const children = document.feature!.children.flatMap((child) => [child, ...(child.rule?.children ?? [])]);
  const written = new Map(
    children
      .flatMap(({ background, scenario }) => [...(background?.steps ?? []), ...(scenario?.steps ?? [])])
      .map((step) => [step.id, step]),
  );
  const scenarios = compile(document, file, nextId).map(({ name, steps }) => {
    const own = steps.filter((step) => step.text !== written.get(step.astNodeIds[0]!)!.text);
    const title = own.length === 0 ? name : `${name}: ${own.map((step) => step.text).join('; ')}`;
    if (String(steps.at(-1)?.type) !== 'Outcome')
      throw new Error(`${file}: "${name}" does not end with a Then.`);
    const lines = steps.map((step) => {
      const { keyword, location } = written.get(step.astNodeIds[0]!)!;
      const rows = rowsOf(step.argument?.dataTable?.rows ?? []);
      return {
        keyword,
        text: step.text,
        line: location.line,
        isAction: String(step.type) === 'Action',
        rows,
      };
    });
    return { title, lines };
  });
  return { title: document.feature!.name, scenarios };
}

function rowsOf([head, ...body]: readonly { cells: readonly { value: string }[] }[]): Row[] {
  return body.map(({ cells }) =>
    Object.fromEntries(cells.map(({ value }, i) => [head!.cells[i]!.value, value])),
  );
}

function theOnly<W>(candidates: readonly Step<W>[], line: Line, file: string): Step<W> {
  const [step, ...others] = candidates;
  if (step && others.length === 0) return step;
  const what = step
    ? `Several steps could be meant:\n${candidates.map(({ sentence }) => `  ${sentence}`).join('\n')}`
    : 'No step says what this does.';
  throw inWordsOf(line, file, what);
}

async function take<W>(world: W, step: Step<W>, line: Line, file: string): Promise<void> {
  try {
    await step.take(world, step.pattern.exec(line.text)?.groups ?? {}, line.rows);
  } catch (error) {
    throw inWordsOf(line, file, error instanceof Error ? error.message : String(error));
  }
}

function inWordsOf({ keyword, text, line }: Line, file: string, what: string): Error {
  const error = new Error(`${keyword}${text}\n  (test/specification/${file}:${line})\n\n${what}`);
  // Where this was thrown says nothing; the sentence does.
  error.stack = error.message;
  return error;
}
