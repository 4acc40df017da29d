import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';
import type { OpenAPIObject } from '@nestjs/swagger';
import { SAFE_TO_REPEAT } from '../../src/platform/http/openapi/safe-to-repeat.js';
import { formatted } from './formatted.js';
import { ROOT } from './source.js';

/** Everything in this folder of the client is generated. */
export const CLIENT_CODE_FOLDER = 'client/src/generated';

/** The runtime of the generator is written for less strict options of the compiler; what it exports has types. */
const RUNTIME = /^(?:client|core)\//;

/** The client's generated files, by their paths in the project: types, one method for each call, and what they run on. */
export async function clientCode(openApi: OpenAPIObject): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'earmark-client-'));
  try {
    await createClient({
      input: structuredClone(openApi) as never,
      output: { path: folder, entryFile: false, module: { extension: '.js' } },
      logs: { level: 'silent', file: false },
      plugins: [
        '@hey-api/typescript',
        { name: '@hey-api/client-fetch', throwOnError: true },
        {
          name: '@hey-api/sdk',
          // `Orders_confirm` becomes `orders.confirm` of the class `Api`.
          operations: { strategy: 'single', containerName: 'Api', nestingDelimiters: /_/ },
        },
      ],
    });
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts')).sort();
    const generated = await Promise.all(
      files.map(async (file) => {
        const code = await readFile(join(folder, file), 'utf8');
        return [
          `${CLIENT_CODE_FOLDER}/${file}`,
          RUNTIME.test(file) ? `// @ts-nocheck\n${code}` : code,
        ] as const;
      }),
    );
    return new Map([...generated, [`${CLIENT_CODE_FOLDER}/api.gen.ts`, await apiFacts(openApi)]]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Files of that folder that are no longer generated. */
export async function strayClientCode(generated: ReadonlyMap<string, string>): Promise<string[]> {
  const folder = join(ROOT, CLIENT_CODE_FOLDER);
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return files
    .filter((file) => file.isFile())
    .map((file) => relative(ROOT, join(file.parentPath, file.name)))
    .filter((path) => !generated.has(path));
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** What the document says of calls and problems, and the generator leaves out. */
function apiFacts(openApi: OpenAPIObject): Promise<string> {
  const calls = Object.entries(openApi.paths).flatMap(([path, { get, put, post, patch, delete: remove }]) =>
    Object.entries({ GET: get, PUT: put, POST: post, PATCH: patch, DELETE: remove }).flatMap(
      ([method, operation]) => (operation ? [{ name: `${method} ${path}`, method, operation }] : []),
    ),
  );
  const safe = calls.filter(
    ({ method, operation }) =>
      !['POST', 'PATCH'].includes(method) ||
      (operation as unknown as Record<string, unknown>)[SAFE_TO_REPEAT],
  );
  const others = calls
    .map(({ name, operation }) => [name, otherTypes(operation)] as const)
    .filter(([, types]) => types.length > 0);
  const problems = Object.keys(openApi.components?.schemas ?? {}).filter((name) => /.Problem$/.test(name));
  return formatted(
    'api.gen.ts',
    `// What the API document says of calls and problems. Made by \`npm run docs\`.

import type { ${problems.join(', ')} } from './types.gen.js';

/** Calls that change nothing more if they are made again. */
export const SAFE_TO_REPEAT: ReadonlySet<string> = new Set(${JSON.stringify(safe.map(({ name }) => name))});

/** Media types that calls can answer with beside JSON. */
export const OTHER_ANSWERS: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(Object.fromEntries(others))};

/** Every problem that the API can answer with, by its \`type\`. */
export type KnownProblem = ${problems.join(' | ')};
`,
  );
}

/** Of good answers. */
function otherTypes({ responses }: Operation): string[] {
  return Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([, response]) => Object.keys((response as { content?: object }).content ?? {}))
    .filter((type) => type !== 'application/json');
}
