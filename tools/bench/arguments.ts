import { parseArgs } from 'node:util';
import type { Bench, Scenario } from './scenario.js';

interface Arguments {
  readonly chosen: readonly Scenario[];
  readonly settings: Pick<Bench, 'rounds' | 'seconds' | 'connections' | 'minutes' | 'isSmoke' | 'isHuge'> & {
    readonly mayUsePgbench: boolean;
  };
  /** Of the results. */
  readonly name: string;
}

/** Ends the process with 2 where they cannot be read. */
export function readArguments(given: readonly string[], scenarios: readonly Scenario[]): Arguments {
  try {
    return read(given, scenarios);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(2);
  }
}

function read(given: readonly string[], scenarios: readonly Scenario[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      smoke: { type: 'boolean', default: false },
      huge: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      minutes: { type: 'string' },
      'no-pgbench': { type: 'boolean', default: false },
    },
  });
  const known = scenarios.map(({ name }) => name);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`There is no scenario ${unknown}: there are ${known.join(', ')}.`);

  const { smoke } = values;
  const number = (name: 'rounds' | 'seconds' | 'minutes', usual: number) => {
    const number = Number(values[name] ?? usual);
    if (number > 0 && (name !== 'rounds' || Number.isInteger(number))) return number;
    throw new Error(`--${name} must be a number above 0${name === 'rounds' ? ', and whole' : ''}.`);
  };
  const isAll = positionals.length === 0;
  return {
    chosen: scenarios.filter(({ name }) => isAll || positionals.includes(name)),
    settings: {
      rounds: number('rounds', smoke ? 1 : 5),
      seconds: number('seconds', smoke ? 0.2 : 2.5),
      minutes: number('minutes', smoke ? 0.01 : 1),
      connections: smoke ? 64 : 512,
      isSmoke: smoke,
      isHuge: values.huge,
      mayUsePgbench: !values['no-pgbench'],
    },
    name: smoke ? 'smoke' : isAll ? 'bench' : positionals.join('+'),
  };
}
