import ts from 'typescript';

/** One small change of a source, such as a careless hand would make. */
export interface Mutation {
  /** Counted from 1. */
  readonly line: number;
  /** The declarations around it, such as `Lane.#process`; empty at the top of a file. */
  readonly symbol: string;
  /** The line above it, the line itself and what becomes of it, each without indentation. */
  readonly above: string;
  readonly before: string;
  readonly after: string;
  /** The whole source. */
  readonly mutated: string;
}

const OPERATORS: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
  '??': '&&',
  '+': '-',
  '-': '+',
  '*': '/',
  '+=': '-=',
  '-=': '+=',
  '??=': '=',
  '||=': '=',
};

/** From here on numbers are sizes and times that somebody has chosen: one more is no fault. */
const CHOSEN_FROM = 10;

/** Every mutation of a source that this knows: operators, conditions, literals and statements that are left out. */
export function mutationsOf(source: string): Mutation[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const lines = source.split('\n');
  const mutations: Mutation[] = [];

  const replace = (node: ts.Node, ...texts: string[]) => {
    const [start, end] = [node.getStart(file), node.getEnd()];
    const { line, character } = file.getLineAndCharacterOfPosition(start);
    const [above = '', before = ''] = [lines[line - 1], lines[line]].map((each) => each?.trim());
    for (const text of texts) {
      const rest = text + source.slice(end);
      const after = (lines[line]!.slice(0, character) + rest.slice(0, rest.indexOf('\n'))).trim();
      const mutated = source.slice(0, start) + rest;
      mutations.push({ line: line + 1, symbol: symbolOf(node), above, before, after, mutated });
    }
  };

  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isDecorator(node)) return;
    if (ts.isBinaryExpression(node)) {
      const other = OPERATORS[node.operatorToken.getText(file)];
      if (other !== undefined) replace(node.operatorToken, other);
    } else if (ts.isPrefixUnaryExpression(node)) {
      const { operator, operand } = node;
      if (operator === ts.SyntaxKind.ExclamationToken) replace(node, operand.getText(file));
    } else if (ts.isIfStatement(node)) {
      replace(node.expression, 'true', 'false');
    } else if (ts.isConditionalExpression(node)) {
      replace(node.condition, 'true', 'false');
    } else if (node.kind === ts.SyntaxKind.TrueKeyword) {
      replace(node, 'false');
    } else if (node.kind === ts.SyntaxKind.FalseKeyword) {
      replace(node, 'true');
    } else if (ts.isNumericLiteral(node)) {
      const number = Number(node.text.replaceAll('_', ''));
      if (number < CHOSEN_FROM) replace(node, String(number + 1));
    } else if (ts.isExpressionStatement(node) && !isSuperCall(node.expression) && !isName(node.expression)) {
      replace(node, ';');
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return mutations;
}

function symbolOf(node: ts.Node): string {
  const names: string[] = [];
  for (let each = node.parent; !ts.isSourceFile(each); each = each.parent) {
    if (ts.isConstructorDeclaration(each)) names.unshift('constructor');
    else if (isDeclaration(each) && each.name) names.unshift(each.name.getText());
  }
  return names.join('.');
}

function isDeclaration(
  node: ts.Node,
): node is ts.SignatureDeclaration | ts.ClassLikeDeclaration | ts.VariableDeclaration {
  const isGlobal = ts.isVariableDeclaration(node) && ts.isSourceFile(node.parent.parent.parent);
  return ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isPropertyDeclaration(node) || isGlobal;
}

/** A class that extends another one does not run without it, which proves nothing of a test. */
function isSuperCall(expression: ts.Expression): boolean {
  return ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword;
}

/** What an error is called stands in logs, for people. */
function isName(expression: ts.Expression): boolean {
  return ts.isBinaryExpression(expression) && expression.left.getText() === 'this.name';
}
