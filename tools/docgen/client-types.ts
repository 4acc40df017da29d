import type { OpenAPIObject } from '@nestjs/swagger';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

/** The types that the client is made of: the paths of the API, and the names of its problems. */
export async function clientTypes(openApi: OpenAPIObject): Promise<string> {
  const types = astToString(await openapiTS(structuredClone(openApi) as OpenAPI3));
  const problems = problemsIn(openApi).map((code) => `    | "${code}"`);
  return [
    '// Made from the API document by `npm run docs`. Change the API, not this file.',
    '',
    '/** What the API may refuse with: the last part of the `type` of a problem document. */',
    `export type ProblemCode =\n${problems.join('\n')};`,
    '',
    types,
  ].join('\n');
}

/** Every problem that the document shows by an example. */
function problemsIn(openApi: OpenAPIObject): string[] {
  const found = [...JSON.stringify(openApi).matchAll(/"urn:earmark:problem:([a-z-]+)"/g)];
  return [...new Set(found.map(([, code]) => code!))].sort();
}
