import ts from 'typescript';
import type { Feature } from './features.js';
import { pathOf, type Source, within } from './source.js';

/** A class of the domain that records events. */
export interface AggregateClass {
  readonly name: string;
  readonly path: string;
  /** The types of the events that each method may record, by itself or by the methods that it calls. */
  readonly records: ReadonlyMap<string, readonly string[]>;
}

/** Every class of a feature's domain that has `RecordedEvents`. */
export function aggregatesIn({ files, folder, events }: Feature): AggregateClass[] {
  const types = new Set(events.map(({ name }) => name));
  return files
    .filter((file) => pathOf(file).startsWith(`${folder}/domain/`))
    .flatMap((file) => within(file, ts.isClassDeclaration))
    .filter((kind) => within(kind, ts.isNewExpression).some(isRecordedEvents))
    .map((kind) => ({
      name: kind.name!.text,
      path: pathOf(kind),
      records: recordedBy(kind.members.filter(isMethod), types),
    }));
}

const isRecordedEvents = ({ expression }: ts.NewExpression): boolean =>
  expression.getText() === 'RecordedEvents';

const isMethod = (member: ts.ClassElement): member is ts.MethodDeclaration => ts.isMethodDeclaration(member);

function recordedBy(
  methods: readonly ts.MethodDeclaration[],
  types: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const byName = new Map(methods.map((method) => [method.name.getText(), method]));
  const recorded = (name: string, seen: ReadonlySet<string>): string[] => {
    const method = byName.get(name);
    if (method === undefined || seen.has(name)) return [];
    const calls = within(method, ts.isPropertyAccessExpression)
      .filter(({ expression }) => expression.kind === ts.SyntaxKind.ThisKeyword)
      .flatMap((access) => recorded(access.name.text, new Set([...seen, name])));
    return [...typesIn(method, types), ...calls];
  };
  return new Map([...byName.keys()].map((name) => [name, [...new Set(recorded(name, new Set()))]]));
}

/** `{ type: 'LineAllocated', … }` */
const typesIn = (method: ts.MethodDeclaration, types: ReadonlySet<string>): string[] =>
  within(method, ts.isPropertyAssignment)
    .filter(({ name }) => name.getText() === 'type')
    .flatMap(({ initializer }) => (ts.isStringLiteral(initializer) ? [initializer.text] : []))
    .filter((type) => types.has(type));

/** What a command changes, and which events that may publish. */
export interface CommandEffect {
  readonly command: string;
  readonly aggregate: string;
  readonly events: readonly string[];
}

/** Which aggregates the commands of a feature change, by themselves or by the commands that they send on. */
export function effectsOf(
  feature: Feature,
  aggregates: readonly AggregateClass[],
  source: Source,
): CommandEffect[] {
  const changedBy = (command: string, seen: readonly string[]): Map<string, Set<string>> => {
    const changed = new Map<string, Set<string>>();
    const path = feature.commands.find(({ name }) => name === command)?.path;
    if (path === undefined || seen.includes(command)) return changed;
    const add = (aggregate: string, events: Iterable<string>) =>
      changed.set(aggregate, new Set([...(changed.get(aggregate) ?? []), ...events]));
    const file = source.file(path)!;
    for (const { store, methods } of changesIn(file, source)) {
      const aggregate = aggregates.find(({ name }) => name === store);
      if (aggregate)
        add(
          store,
          methods.flatMap((name) => aggregate.records.get(name) ?? []),
        );
    }
    for (const { expression } of within(file, ts.isNewExpression)) {
      for (const [aggregate, events] of changedBy(expression.getText(), [...seen, command]))
        add(aggregate, events);
    }
    return changed;
  };
  return feature.commands.flatMap(({ name: command }) =>
    [...changedBy(command, [])].map(([aggregate, events]) => ({ command, aggregate, events: [...events] })),
  );
}

/**
 * `unitOfWork.change(products, need, (product) => product.allocate(line))`, or
 * `unitOfWork.changeMany(products, lines.map((line) => ({ need, run: (product) => product.allocate(line) })))`
 */
function changesIn(file: ts.SourceFile, source: Source): { store: string; methods: string[] }[] {
  return within(file, ts.isCallExpression).flatMap(({ expression, arguments: [store, ...works] }) => {
    if (store === undefined || !ts.isPropertyAccessExpression(expression)) return [];
    const work = { change: works[1], changeMany: works[0] && runOf(works[0]) }[expression.name.text];
    if (work === undefined || !ts.isArrowFunction(work)) return [];
    const [aggregate] = work.parameters;
    const methods = within(work, ts.isPropertyAccessExpression)
      .filter((access) => access.expression.getText() === aggregate?.name.getText())
      .map((access) => access.name.text);
    const kind = aggregateOf(store, source);
    return kind === undefined ? [] : [{ store: kind, methods }];
  });
}

/** What the first of many works does. */
function runOf(works: ts.Expression): ts.Expression | undefined {
  return within(works, ts.isPropertyAssignment).find(({ name }) => name.getText() === 'run')?.initializer;
}

/** `Product` of a parameter `products: Products`, if `Products` is a `Store<Product, …>`. */
function aggregateOf(store: ts.Expression, source: Source): string | undefined {
  const taken = source.declarationOf(ts.isPropertyAccessExpression(store) ? store.name : store);
  const declaration =
    taken && ts.isBindingElement(taken) && ts.isObjectBindingPattern(taken.parent)
      ? source.declarationOfTaken(taken.parent, (taken.propertyName ?? taken.name).getText())
      : taken;
  const type = declaration && within(declaration, ts.isTypeReferenceNode)[0];
  const stores = type && source.declarationOf(type.typeName);
  if (stores === undefined) return undefined;
  const base = within(stores, ts.isExpressionWithTypeArguments).find(
    ({ expression }) => expression.getText() === 'Store',
  );
  return base?.typeArguments?.[0]?.getText();
}
