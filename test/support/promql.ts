/** What an expression asks a metric for. */
export interface Asked {
  readonly name: string;
  /** Those that it is chosen or grouped by; with their value, where that is one. */
  readonly labels: readonly { readonly label: string; readonly value?: string }[];
}

const SELECTOR = /([a-zA-Z_:][\w:]*)\s*(?:\{([^}]*)\})?/g;
const MATCHER = /(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g;
const GROUPING = /\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g;
const FUNCTIONS =
  /^(?:sum|max|min|count|avg|rate|increase|absent|histogram_quantile|(?:min|max)_over_time|and|or|unless)$/;

/** Every `expr` of a dashboard, wherever it stands, and what its variables are filled from. */
export function expressionsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'expr' && typeof value === 'string') return [value];
    const asked = key === 'query' ? /^label_values\((.+),/.exec(String(value))?.[1] : undefined;
    return asked === undefined ? expressionsIn(value) : [asked];
  });
}

/** The metrics of an expression in PromQL, as far as ours use it. */
export function readExpression(expr: string): Asked[] {
  const grouped = [...expr.matchAll(GROUPING)].flatMap(([, labels]) =>
    labels!.split(',').map((each) => each.trim()),
  );
  const bare = expr.replace(GROUPING, ' ').replace(/\[[^\]]*\]/g, ' ');
  return [...bare.matchAll(SELECTOR)]
    .filter(([, name]) => !FUNCTIONS.test(name!))
    .map(([, name, matchers = '']) => ({
      name: name!,
      labels: [
        ...grouped.map((label) => ({ label })),
        ...[...matchers.matchAll(MATCHER)].map(([, label, operator, value]) => ({
          label: label!,
          ...(operator === '=' && { value: value! }),
        })),
      ],
    }));
}
