import { Ajv } from 'ajv';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { parse, parseAllDocuments } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFile(join(ROOT, path), 'utf8');
/** Replaces a text that must be there. */
const planted = (text: string, right: string, wrong: string) => {
  expect(text).toContain(right);
  return text.replace(right, wrong);
};

describe('The Compose file', () => {
  let faults: (text: string) => string[];
  let compose: string;
  beforeAll(async () => {
    compose = await read('deploy/compose.yaml');
    // The linter brings the schema of the Compose specification, which allows no unknown keys.
    const schema = JSON.parse(await read('node_modules/dclint/schemas/compose.schema.json')) as object;
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    // Ajv knows the draft by another address.
    const validate = ajv.compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' });
    faults = (text) => {
      validate(parse(text, { merge: true }));
      return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    };
  });

  it('follows the schema of the Compose specification', () => {
    expect(faults(compose)).toEqual([]);
  });

  it.each([
    ['an unknown key', 'stop_grace_period: 60s', 'stop_grace_time: 60s', '/services/postgres must NOT have'],
    [
      'a value of the wrong kind',
      'read_only: true',
      'read_only: [yes]',
      '/services/earmark-1/read_only must be',
    ],
  ])('would be refused with %s', (_, right, wrong, fault) => {
    expect(faults(planted(compose, right, wrong))).toContainEqual(expect.stringContaining(fault));
  });
});

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

/** By the schemas of Kubernetes: as types for unknown and missing fields, as validators for the formats of values. */
async function manifestFaults(texts: readonly string[]): Promise<string[]> {
  const manifests = texts.flatMap((text) =>
    parseAllDocuments(text).map((document) => {
      const data = document.toJS() as Manifest;
      return { data, model: `kubernetes-models/${data.apiVersion}/${data.kind}` };
    }),
  );
  const typed = manifests.map(
    ({ data, model }) => `(${JSON.stringify(data)}) satisfies import('${model}').I${data.kind};`,
  );
  const faults = typeErrors(typed.join('\n'));
  // One after the other: Jest fails if modules that share others are imported at once.
  for (const { data, model } of manifests) faults.push(...(await formatErrors(data, model)));
  return faults;
}

async function formatErrors(data: Manifest, model: string): Promise<string[]> {
  const kinds = (await import(model)) as Record<string, new (data: Manifest) => { validate(): void }>;
  try {
    new kinds[data.kind]!(data).validate();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

const compiler: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};
const libraries = new Map<string, ts.SourceFile | undefined>();

function typeErrors(source: string): string[] {
  const host = ts.createCompilerHost(compiler);
  const main = join(ROOT, 'manifests.ts');
  const readSource = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) => {
    if (file === main) return ts.createSourceFile(file, source, ts.ScriptTarget.ES2023);
    if (!libraries.has(file)) libraries.set(file, readSource(file, ...rest));
    return libraries.get(file);
  };
  return ts
    .getPreEmitDiagnostics(ts.createProgram([main], compiler, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('The manifests of Kubernetes', () => {
  let manifests: string;
  beforeAll(async () => void (manifests = await read('deploy/kubernetes/earmark.yaml')));

  it('follow the schemas of Kubernetes', async () => {
    expect(await manifestFaults([manifests, await read('deploy/kubernetes/secret.example.yaml')])).toEqual(
      [],
    );
  });

  it.each([
    [
      'an unknown field',
      'failureThreshold: 720',
      'failureTreshold: 720',
      '"failureTreshold"\' does not exist',
    ],
    ['a missing field', 'maxSkew: 1', '', 'must have required property maxSkew'],
    ['a value that is not in its list', 'ScheduleAnyway', 'ScheduleAnyhow', '"ScheduleAnyhow"'],
    ['a quantity that is none', 'memory: 384Mi', 'memory: 384 MiB', '/resources/requests/memory'],
  ])('would be refused with %s', async (_, right, wrong, fault) => {
    expect(await manifestFaults([planted(manifests, right, wrong)])).toContainEqual(
      expect.stringContaining(fault),
    );
  });
});
