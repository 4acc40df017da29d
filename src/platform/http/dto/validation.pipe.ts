import { type ArgumentMetadata, Injectable, type PipeTransform, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { type FieldError, ValidationFailed } from '../problems/problem.js';
import { readPlain } from './plain-check.js';

/** Nobody repairs a request by reading more errors than this. */
const MOST_ERRORS = 20;
/** No field of ours is longer, and names from outside are not repeated beyond it. */
const LONGEST_NAME = 100;
/**
 * No valid request holds as many. class-transformer walks all of them before anything is validated, recursively and in
 * quadratic time: 100,000 unknown fields, which 1 MiB can hold, would stop the service for 6 s.
 */
const MOST_VALUES = 2_000;

/**
 * Checks body, query and path against their DTO; fields that the DTO does not name are rejected. What is right, which is
 * nearly everything, is read at once; class-validator looks at the rest and says what is wrong.
 */
@Injectable()
export class RequestValidationPipe implements PipeTransform {
  readonly #explaining = new ExplainingPipe();

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const { metatype, type } = metadata;
    const plain = metatype && type !== 'custom' ? readPlain(metatype, value) : undefined;
    return plain ?? this.#explaining.transform(value, metadata);
  }
}

/** Says what is wrong with a value, and reads one that is right as `readPlain` does. */
export class ExplainingPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: (errors) => new ValidationFailed(errors.slice(0, MOST_ERRORS).flatMap(fieldErrors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (this.toValidate(metadata)) rejectOddShape(value, metadata.type);
    return super.transform(value, metadata);
  }
}

/** Rejects what class-transformer would drop silently or stumble over. */
function rejectOddShape(value: unknown, part: ArgumentMetadata['type']): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ValidationFailed([{ field: part, message: `The ${part} must be a JSON object.` }]);
  }
  const held = objectsWithin(value, MOST_VALUES);
  if (held === undefined)
    throw new ValidationFailed([{ field: part, message: `The ${part} holds too many values.` }]);
  const reserved = held.flatMap(Object.keys).find((name) => name in Object.prototype || name === 'prototype');
  if (reserved !== undefined) throw new ValidationFailed([unknownField(reserved)]);
}

/** All objects and lists within, itself included; undefined if they hold more than so many values. */
function objectsWithin(value: object, most: number): object[] | undefined {
  const found: object[] = [value];
  let count = 1;
  for (const each of found) {
    const within = Object.values(each) as unknown[];
    count += within.length;
    if (count > most) return undefined;
    found.push(...within.filter((one) => typeof one === 'object' && one !== null));
  }
  return found;
}

function fieldErrors({ property, constraints = {}, children = [] }: ValidationError): FieldError[] {
  if ('whitelistValidation' in constraints) return [unknownField(property)];
  return [
    ...Object.values(constraints).map((message) => ({ field: property, message })),
    ...children.flatMap(fieldErrors).map((error) => ({ ...error, field: `${property}.${error.field}` })),
  ];
}

function unknownField(name: string): FieldError {
  const field = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  return { field, message: `${field} is not a known field.` };
}
