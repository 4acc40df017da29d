import 'reflect-metadata';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { isPlain } from '../../src/platform/http/dto/plain-check.js';
import { sourcesIn } from '../support/features.js';
import { project } from './cruise.js';

type AnyClass = new () => object;

const controllers = [...(await sourcesIn('src')).keys()].filter((path) => path.endsWith('.controller.ts'));

/** The classes of the parameters of all calls: bodies, queries and paths. */
async function requestClassesOf(controller: string): Promise<AnyClass[]> {
  const exported = (await import(join(project, controller))) as Record<string, AnyClass>;
  const methods = Object.values(exported).flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype).map((name) => [prototype as object, name] as const),
  );
  const types = methods.flatMap(
    ([prototype, name]) =>
      (Reflect.getMetadata('design:paramtypes', prototype, name) as AnyClass[] | undefined) ?? [],
  );
  return [...new Set(types)].filter(
    (type) => getMetadataStorage().getTargetValidationMetadatas(type, '', false, false).length > 0,
  );
}

describe('The requests of every controller', () => {
  it('are read without class-validator if they are right: all of their rules are fields', async () => {
    const classes: AnyClass[] = [];
    for (const controller of controllers) classes.push(...(await requestClassesOf(controller)));
    expect(classes.length).toBeGreaterThan(20);
    expect(classes.filter((type) => !isPlain(type)).map(({ name }) => name)).toEqual([]);
  });
});
