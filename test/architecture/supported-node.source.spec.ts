import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFile(join(ROOT, path), 'utf8');

interface Workflow {
  readonly jobs: { readonly ci: { readonly strategy: { readonly matrix: { readonly node: string[] } } } };
}

/** `^20.19.0 || ^22.13.0 || >=24.11.0` names 20, 22 and 24; the last one is open upwards. */
async function supported(): Promise<{ majors: number[]; floor: string }> {
  const { engines } = JSON.parse(await read('package.json')) as { engines: { node: string } };
  const versions = [...engines.node.matchAll(/(\d+)\.(\d+)\.\d+/g)];
  return {
    majors: versions.map(([, major]) => Number(major)),
    floor: `${versions[0]![1]}.${versions[0]![2]}`,
  };
}

describe('Every supported version of Node', () => {
  it('runs the whole CI in the workflow, the oldest one at its floor', async () => {
    const { majors, floor } = await supported();
    const { jobs } = parse(await read('.github/workflows/ci.yml')) as Workflow;
    const { node: tested } = jobs.ci.strategy.matrix;
    expect(tested[0]).toBe(floor);
    expect(tested.map((version) => Number.parseInt(version, 10))).toEqual(expect.arrayContaining(majors));
  });

  it('is built and booted by .ci/run, if it is not the oldest', async () => {
    const { majors } = await supported();
    const run = await read('.ci/run');
    const booted = [...run.matchAll(/\.ci\/on-node (\d+)/g)].map(([, major]) => Number(major));
    expect(booted).toEqual(majors.slice(1));
  });

  it('has all that the compiler lets us use, because the types are those of the oldest', async () => {
    const { majors } = await supported();
    const { devDependencies } = JSON.parse(await read('package.json')) as {
      devDependencies: Record<string, string>;
    };
    expect(Number.parseInt(devDependencies['@types/node']!.slice(1), 10)).toBe(Math.min(...majors));
    const { packageRules } = JSON.parse(await read('.github/renovate.json')) as {
      packageRules: { matchPackageNames?: string[]; allowedVersions?: string }[];
    };
    const rule = packageRules.find(({ matchPackageNames }) => matchPackageNames?.includes('@types/node'));
    expect(rule?.allowedVersions).toBe(`<${Math.min(...majors) + 1}`);
  });
});
