/** A step of a plan, as `explain (analyze, format json)` describes it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** What the statement `explain (analyze, format json) …` returns. */
export type Explained = readonly { readonly 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }] }[];

/** Every step of the plan. */
export function nodesOf(explained: Explained): PlanNode[] {
  const withThoseBelow = (node: PlanNode): PlanNode[] => [
    node,
    ...(node.Plans ?? []).flatMap(withThoseBelow),
  ];
  return withThoseBelow(explained[0]!['QUERY PLAN'][0].Plan);
}

/** How many rows the steps look at, those included that a filter removes. */
export function rowsRead(nodes: readonly PlanNode[]): number {
  return nodes.reduce((sum, node) => {
    const each = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0);
    return sum + each * node['Actual Loops'];
  }, 0);
}
