import type { Type as Class } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';

/** What a decorator of `fields.ts` tells of its property, as the context of its rules. */
export type FieldCheck =
  | {
      readonly isValid: (value: unknown) => boolean;
      readonly isOptional: boolean;
      /** Reads text; left out if text is a value as it stands. */
      readonly parse?: (text: string) => unknown;
    }
  | { readonly object: Class; readonly isOptional: boolean }
  | {
      readonly item: Class;
      readonly min: number;
      readonly max: number;
      readonly isOptional: boolean;
      readonly oneFieldEach: boolean;
    };

type Read = (value: unknown) => object | undefined;

const reads = new WeakMap<object, Read>();

/**
 * Makes the DTO of a value that is right in every respect. Otherwise, or if the class has rules that no decorator of
 * `fields.ts` has made, the answer is undefined: class-validator has to look, which can say what is wrong.
 *
 * class-validator and class-transformer take 18 µs for an order line, which is a fifth of what its allocation costs.
 */
export function readPlain(type: Class, value: unknown): object | undefined {
  let read = reads.get(type);
  if (!read) reads.set(type, (read = compile(type)));
  return read(value);
}

/** Whether `readPlain` can read the class at all. */
export const isPlain = (type: Class): boolean => checksOf(type) !== undefined;

function compile(type: Class): Read {
  const checks = checksOf(type);
  if (!checks) return () => undefined;
  const fields = [...checks].map(([name, check]) => ({
    name,
    isOptional: check.isOptional,
    read: readerOf(check),
  }));
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const given = value as Record<string, unknown>;
    const dto = new type() as Record<string, unknown>;
    let known = 0;
    for (const { name, isOptional, read } of fields) {
      if (!Object.hasOwn(given, name)) {
        if (isOptional) continue;
        return undefined;
      }
      const its = read(given[name]);
      if (its === undefined) return undefined;
      dto[name] = its;
      known++;
    }
    return Object.keys(given).length === known ? dto : undefined;
  };
}

/** By property; undefined if the class has none, or other rules too. */
function checksOf(type: Class): ReadonlyMap<string, FieldCheck> | undefined {
  const checks = new Map<string, FieldCheck>();
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  for (const { propertyName, context } of rules) {
    const check = context as FieldCheck | undefined;
    const earlier = checks.get(propertyName);
    if (!check || (earlier && earlier !== check)) return undefined;
    checks.set(propertyName, check);
  }
  return checks.size > 0 ? checks : undefined;
}

function readerOf(check: FieldCheck): (value: unknown) => unknown {
  if ('object' in check) return (value) => readPlain(check.object, value);
  return 'item' in check ? readerOfList(check) : readerOfField(check);
}

function readerOfField({ isValid, parse }: Extract<FieldCheck, { isValid: unknown }>) {
  return (value: unknown): unknown => {
    const read = parse && typeof value === 'string' ? parse(value) : value;
    return isValid(read) ? read : undefined;
  };
}

function readerOfList({ item, min, max, oneFieldEach }: Extract<FieldCheck, { item: unknown }>) {
  return (value: unknown): object[] | undefined => {
    if (!Array.isArray(value) || value.length < min || value.length > max) return undefined;
    const items: object[] = [];
    for (const each of value) {
      const read = readPlain(item, each);
      if (!read || (oneFieldEach && Object.keys(each as object).length !== 1)) return undefined;
      items.push(read);
    }
    return items;
  };
}
