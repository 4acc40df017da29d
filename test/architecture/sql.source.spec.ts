import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { project } from './cruise.js';

/**
 * What a statement is put together from although it is no constant, by the file and the words that stand there. None of
 * it comes from a caller: each is a name that the code itself has written down elsewhere.
 */
const NAMES_OF_OUR_OWN: Readonly<Record<string, string>> = {
  'src/kernel/subscriptions/rebuild.ts: readModel.table': 'the table that a read model names in its class',
  'src/kernel/subscriptions/rebuild.ts: table': 'the table that a read model names in its class',
  'src/allocation/read-models/product-totals.ts: into': 'its own table, or the one beside it in a rebuild',
  'src/allocation/read-models/product-totals.ts: events.sql': 'a constant statement of event-relation.ts',
  'src/batches/read-models/batch-figures.ts: into': 'its own table, or the one beside it in a rebuild',
  'src/batches/read-models/batch-figures.ts: events.sql': 'a constant statement of event-relation.ts',
  'src/ledger/read-models/movements.ts: into': 'its own table, or the one beside it in a rebuild',
  'src/ledger/read-models/movements.ts: movementsIn(events.sql, into)':
    'constant expressions over a constant statement of event-relation.ts',
  'src/ledger/queries/list-movements.ts: statement': 'one of the constant statements of movement-pages.ts',
  'src/kernel/integrity/integrity.ts: cursor': 'a name with the number of the account',
  'src/kernel/integrity/integrity.ts: account.statement': 'a constant statement of an account, in its class',
  'src/kernel/postgres/typeorm-transactions.ts: proof.sql': 'a constant statement of event-log.ts',
  'src/kernel/postgres/replicas.ts: statement': 'a constant statement of a query, which is looked at there',
  'src/kernel/postgres/snapshot.ts: statement':
    'a constant statement of a query for an export, beside its handler',
  'src/platform/migrations/schema-check.ts: histories': 'folders of migrations',
  'src/platform/migrations/run-migration.ts: sql': 'a file of migrations',
  'src/platform/migrations/run-migration.ts: statement': 'a part of a file of migrations',
  'src/platform/migrations/migration-history.ts: schema': 'a folder of migrations',
  "src/platform/migrations/migration-history.ts: histories.join(' union all ')": 'folders of migrations',
  'src/platform/migrations/migration-history.ts: tableOf(schema)': 'a folder of migrations',
  'src/platform/embedded-postgres/hold.ts: login': 'a constant name, and a password of our own, escaped',
  'src/platform/migrations/grant-use.ts: to': 'a role of the settings, escaped',
  'src/platform/migrations/grant-use.ts: all': 'a folder of migrations, escaped',
  'src/platform/migrations/grant-use.ts: pg.escapeIdentifier(database)': 'the name of the database, escaped',
  'src/platform/migrations/grant-use.ts: pg.escapeIdentifier(schema)': 'a folder of migrations, escaped',
  'src/allocation/queries/list-orders.ts: sql': 'constant conditions, one for each filter that is set',
  "src/allocation/queries/order-snapshots.ts: epoch('created_at')": 'the constant form of an instant',
  "src/allocation/queries/order-snapshots.ts: epoch('expires_at')": 'the constant form of an instant',
  "src/allocation/queries/order-snapshots.ts: epoch('cancelled_at')": 'the constant form of an instant',
  'src/allocation/queries/order-snapshots.ts: CLAIMING_LINE':
    'the constant columns of a line with its claims',
  'src/allocation/queries/list-promises.ts: sql(filter)':
    'constant conditions of promise-pages.ts, one for each filter that is set',
  'src/allocation/queries/list-promises.ts: OF_ORDER.sql': 'a constant statement of promise-pages.ts',
  'src/allocation/persistence/read-lines.ts: LINE': 'the constant columns of a line',
  'src/allocation/persistence/read-lines.ts: LINE_OF_MANY': 'the constant columns of a line',
  'src/allocation/persistence/read-every-line.ts: LINE_OF_MANY': 'the constant columns of a line',
  'src/kernel/event-log/event-log.ts: IS_SETTLED': 'a constant condition',
  'src/kernel/event-log/event-log.ts: sql':
    'constant conditions of event-filter.ts, one for each that is set',
  'src/allocation/persistence/count-lines.ts: LEAVING_PLACE': 'the constant place in the leaving order',
  "src/allocation/persistence/read-batches.ts: goodsJson('batch')":
    'the constant columns of the goods of a batch',
  'src/allocation/persistence/write-products.ts: table': 'one of two constant tables',
  'src/batches/persistence/batches-in-postgres.ts: WRITE': 'the constant columns of its own table',
  'src/kernel/postgres/pool-metrics.ts: sql': 'a constant statement of database-fault.ts',
  "src/kernel/event-log/event-log.ts: endOfSlice('$1', '$2::bigint')": 'a constant expression of pruned.ts',
  "src/kernel/event-log/event-log.ts: endOfSlice('$1', MOST_POSITIONS)": 'a constant expression of pruned.ts',
  "src/kernel/subscriptions/readers/checkpoint.ts: endOfSlice(checkpoint, '$2::bigint')":
    'a constant expression of pruned.ts',
  'src/platform/embedded-postgres/base-backup.ts: slot': 'a constant name with a random number',
  'src/platform/embedded-postgres/base-backup.ts: receiver': 'a command with a number of the command line',
  'src/platform/embedded-postgres/base-backup.ts: this.statement':
    'a command with a number of the command line',
  'src/platform/embedded-postgres/renew-password.ts: pg.escapeLiteral(password)':
    'a password of our own, escaped',
  'src/platform/operations/health.controller.ts: statement': 'a constant statement of database-fault.ts',
};

type Sources = ReadonlyMap<string, ts.SourceFile>;

interface Finding {
  readonly file: string;
  readonly line: number;
  readonly words: string;
}

/**
 * Whatever a statement is put together from that is not a constant of the code. A parameter of the statement is not
 * in its text, so what is in the text is written by us alone or it is a way in for somebody else's words.
 */
function foreignParts(sources: Sources): Finding[] {
  const findings: Finding[] = [];
  for (const [file, source] of sources) {
    const visit = (node: ts.Node): void => {
      const statement = statementOf(node);
      if (statement) {
        for (const part of variableParts(statement, file, sources)) {
          const line = source.getLineAndCharacterOfPosition(part.getStart(source)).line + 1;
          findings.push({ file, line, words: part.getText(source) });
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return findings;
}

/** The names by which a library is given SQL, whatever object it is given to. */
const TAKES_SQL = new Set([
  'query',
  'where',
  'andWhere',
  'orWhere',
  'having',
  'addSelect',
  'orderBy',
  'addOrderBy',
]);

/** The text that a call gives to the database. */
function statementOf(node: ts.Node): ts.Expression | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const { expression: callee, arguments: args } = node;
  const name = ts.isPropertyAccessExpression(callee)
    ? callee.name.text
    : ts.isElementAccessExpression(callee) && ts.isStringLiteralLike(callee.argumentExpression)
      ? callee.argumentExpression.text
      : undefined;
  return name !== undefined && TAKES_SQL.has(name) ? args[0] : undefined;
}

/** Those parts of an expression that may be different each time. */
function variableParts(node: ts.Expression, file: string, sources: Sources): ts.Expression[] {
  const partsOf = (each: ts.Expression) => variableParts(each, file, sources);
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return [];
  if (ts.isTemplateExpression(node))
    return node.templateSpans.flatMap(({ expression }) => partsOf(expression));
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return partsOf(node.expression);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return [...partsOf(node.left), ...partsOf(node.right)];
  // Whichever of the two it is, both are ours.
  if (ts.isConditionalExpression(node)) return [...partsOf(node.whenTrue), ...partsOf(node.whenFalse)];
  if (ts.isIdentifier(node) && isConstant(node.text, file, sources)) return [];
  return [node];
}

/** Whether a name stands for a `const` of a module, here or where it is imported from, that never differs. */
function isConstant(name: string, file: string, sources: Sources): boolean {
  const source = sources.get(file);
  for (const statement of source?.statements ?? []) {
    if (ts.isVariableStatement(statement) && statement.declarationList.flags & ts.NodeFlags.Const) {
      const found = statement.declarationList.declarations.find(
        (each) => ts.isIdentifier(each.name) && each.name.text === name,
      );
      if (found?.initializer) return variableParts(found.initializer, file, sources).length === 0;
    }
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
      const bindings = statement.importClause?.namedBindings;
      if (!bindings || !ts.isNamedImports(bindings)) continue;
      const imported = bindings.elements.find((each) => each.name.text === name);
      if (!imported || !statement.moduleSpecifier.text.startsWith('.')) continue;
      const from = join(dirname(file), statement.moduleSpecifier.text.replace(/\.js$/, '.ts'));
      return isConstant((imported.propertyName ?? imported.name).text, from, sources);
    }
  }
  return false;
}

const parsed = (file: string, text: string) => ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);

async function sourcesOf(...folders: string[]): Promise<Sources> {
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(project, folder), { recursive: true }))
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(folder, file)),
    ),
  );
  const read = files
    .flat()
    .map(async (file) => [file, parsed(file, await readFile(join(project, file), 'utf8'))] as const);
  return new Map(await Promise.all(read));
}

describe('A statement', () => {
  it('is constant text: values of a caller go to the database as parameters', async () => {
    const found = foreignParts(await sourcesOf('src'));
    const strange = found.filter(({ file, words }) => !(`${file}: ${words}` in NAMES_OF_OUR_OWN));

    expect(strange.map(({ file, line, words }) => `${file}:${line}: ${words}`)).toEqual([]);
  });

  it('has no exception that is not needed', async () => {
    const found = foreignParts(await sourcesOf('src'));
    const needed = new Set(found.map(({ file, words }) => `${file}: ${words}`));

    expect(Object.keys(NAMES_OF_OUR_OWN).filter((exception) => !needed.has(exception))).toEqual([]);
  });

  const inOne = (text: string) => foreignParts(new Map([['a.ts', parsed('a.ts', text)]]));

  it.each([
    'manager.query(`select * from batch where sku = ${sku}`);',
    "manager.query('select * from batch where sku = ' + sku);",
    "manager['query'](`select ${sku}`);",
    'manager?.query(`select ${sku}`);',
    'await runner.query<Row[]>(`select ${sku}`, [1]);',
    'manager.query(sql);',
    'manager.query(sqlFor(sku), [1]);',
    'manager.query({ text: `select ${sku}` });',
    'manager.query(`select ${isShort ? sku : 1}`);',
    'manager.query(`select ${(sku as string)}`);',
    'manager.query(`select ${`${sku}`}`);',
    'manager.query("select 1".concat(sku));',
    'let SKU = "a"; manager.query(`select ${SKU}`);',
    'const SKU = process.argv[2]; manager.query(`select ${SKU}`);',
    'const SKU = `${other}`; manager.query(`select ${SKU}`);',
    'import { SKU } from "./not-there.js"; manager.query(`select ${SKU}`);',
    'import { SKU } from "package"; manager.query(`select ${SKU}`);',
    'builder.where(`sku = ${sku}`);',
    'builder.orderBy(column);',
  ])('with a variable in its text is found: %s', (text) => {
    expect(inOne(text)).toHaveLength(1);
  });

  it.each([
    "manager.query('select $1', [sku]);",
    'manager.query(`select $1`, [sku]);',
    'const TABLE = "batch"; manager.query(`select from ${TABLE}`);',
    'const MOST = 5; const LIMIT = `limit ${MOST}`; manager.query(`select 1 ${LIMIT}`);',
    "manager.query(`select 1 ${sku === undefined ? '' : 'where sku = $1'}`, [sku]);",
    "manager.query('select ' + '1');",
    "builder.where('sku = :sku', { sku });",
    'print(`select ${sku}`);',
  ])('of constant text is accepted: %s', (text) => {
    expect(inOne(text)).toEqual([]);
  });

  it('may use constants of another file, but nothing else', () => {
    const sources = (other: string): Sources =>
      new Map([
        ['x/a.ts', parsed('x/a.ts', 'import { T as U } from "../b.js"; manager.query(`select ${U}`);')],
        ['b.ts', parsed('b.ts', other)],
      ]);

    expect(foreignParts(sources('export const T = "batch";'))).toEqual([]);
    expect(foreignParts(sources('export const T = make();'))).toHaveLength(1);
    expect(foreignParts(sources('export let T = "batch";'))).toHaveLength(1);
  });
});
