import ts from 'typescript';
import { registry } from '../../src/channels.js';
import { incomingOf } from '../../src/platform/brokers/channels/channel.js';
import type { Feature } from './features.js';
import type { Route } from './routes.js';
import type { DeclaredSubscription } from './service.js';
import { pathOf, type Source, within } from './source.js';

/** Who sends a command or asks a query, by its name: calls, what is typed, subscriptions, channels. */
export type Senders = ReadonlyMap<string, readonly string[]>;

export function sendersIn(
  feature: Feature,
  routes: readonly Route[],
  subscriptions: readonly DeclaredSubscription[],
  source: Source,
): Senders {
  const senders = new Map<string, string[]>();
  const note = (name: string, sender: string | undefined) => {
    const known = senders.get(name) ?? [];
    if (sender !== undefined && !known.includes(sender)) senders.set(name, [...known, sender]);
  };
  for (const file of feature.files) {
    for (const made of within(file, ts.isNewExpression)) {
      const declaration = source.declarationOf(made.expression);
      if (declaration === undefined || !ts.isClassDeclaration(declaration)) continue;
      const isSent =
        /\/(?:commands|queries)\//.test(pathOf(declaration)) && pathOf(declaration) !== pathOf(file);
      if (isSent) note(declaration.name!.text, senderOf(made, feature, routes, subscriptions));
    }
  }
  for (const { name, command } of incomingOf(registry)) note(command.name, name);
  return senders;
}

/** In the words of those outside: the call, what is typed, the subscription. Else the class. */
function senderOf(
  made: ts.NewExpression,
  { cli }: Feature,
  routes: readonly Route[],
  subscriptions: readonly DeclaredSubscription[],
): string | undefined {
  const file = made.getSourceFile();
  const kind = within(file, ts.isClassDeclaration)[0]?.name?.text;
  const method = ts.findAncestor(made, ts.isMethodDeclaration)?.name.getText();
  return (
    routes.find((route) => route.controller === kind && route.method === method)?.call ??
    cli.find(({ path }) => path === pathOf(file))?.usage ??
    subscriptions.find(({ subscriber }) => subscriber === kind)?.name ??
    kind
  );
}
