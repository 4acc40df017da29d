import { registry } from '../../src/channels.js';
import { dependenciesOf, type Feature, type Message } from './features.js';
import { code, codes, GENERATED, link, page, section, table } from './markdown.js';
import type { Project } from './project.js';
import { readingOrder } from './reading-order.js';
import { fieldsUsedIn } from './settings.js';
import { type Senders, sendersIn } from './senders.js';
import { tablesInWords } from './tables-in-words.js';

/** What a part of the page is made of: the feature, what is known around it, and links as they are seen from there. */
interface View {
  readonly feature: Feature;
  readonly project: Project;
  readonly senders: Senders;
  readonly to: (text: string, path: string) => string;
}

/** All that the owner of a feature has to know of it, on one page. */
export function modulePage(feature: Feature, project: Project): string {
  const { name, purpose, folder, commands, queries } = feature;
  const { routes, subscriptions, source, tables } = project;
  const here = `${folder}/MODULE.md`;
  const view: View = {
    feature,
    project,
    senders: sendersIn(feature, routes, subscriptions, source),
    to: (text, path) => link(text, path, here),
  };
  return page(
    GENERATED,
    `# ${name}`,
    purpose,
    readingOrder(feature, here, project),
    section('Commands', table(['Command', 'Does', 'Sent by'], messageRows(commands, view))),
    section('Queries', table(['Query', 'Answers', 'Asked by'], messageRows(queries, view))),
    section('Events it publishes', table(['Event', 'Says', 'Subscribers'], publishedRows(view))),
    section('Events it handles', table(['Subscription', 'Handles', 'Purpose'], heardRows(view))),
    section(
      'Ways in and out',
      table(['By', 'Way', 'Does'], [...callRows(view), ...typedRows(view), ...channelRows(view)]),
    ),
    section('Tables', tablesInWords(tables.filter(({ schema }) => schema === name))),
    section('Settings', table(['Variable', 'If it is not set', 'Meaning'], settingRows(view))),
    section('Stands on', dependencies(view)),
  );
}

const messageRows = (known: readonly Message[], { senders, to }: View): string[][] =>
  known.map(({ name, path, sentence, fields }) => [
    `${to(code(name), path)}(${fields.join(', ')})`,
    sentence,
    codes(senders.get(name) ?? []),
  ]);

const publishedRows = ({ feature: { events }, project, to }: View): string[][] =>
  events.map(({ name, path, sentence }) => [to(code(name), path), sentence, codes(hearers(name, project))]);

/** The subscriptions and channels that an event goes to. */
function hearers(event: string, { subscriptions }: Project): string[] {
  const channels = registry.channels.filter((channel) => channel.direction === 'out');
  return [
    ...subscriptions.filter(({ hears }) => hears.includes(event)).map(({ name }) => name),
    ...channels.filter(({ publishes: tells }) => tells.includes(event)).map(({ name }) => name),
  ];
}

function heardRows({ feature, project: { subscriptions, classes }, senders, to }: View): string[][] {
  const own = subscriptions.filter(({ module }) => module === feature.module);
  return own.map(({ name, hears, subscriber, awaited, kind, table, takesPartIn }) => {
    const { path, sentence } = classes.get(subscriber)!;
    const sent = [...senders].filter(([, of]) => of.includes(name)).map(([command]) => command);
    const sends = sent.length > 0 && `sends ${codes(sent)}`;
    const keeps = table !== undefined && `keeps ${code(table)}`;
    const takesPart = takesPartIn.length > 0 && `takes part in the transactions of ${codes(takesPartIn)}`;
    const effect = [sends, keeps, takesPart].filter(Boolean).join('; ');
    const waits = awaited ? '; calls wait for it' : '';
    return [to(code(name), path), codes(hears), `${sentence} A ${kind}: ${effect}${waits}.`];
  });
}

const callRows = ({ feature, project: { routes } }: View): string[][] =>
  routes
    .filter(({ module }) => module === feature.module)
    .map(({ call, scope, summary }) => [
      scope === undefined ? 'REST' : `REST, ${code(scope)}`,
      code(call),
      summary,
    ]);

const typedRows = ({ feature: { cli }, to }: View): string[][] =>
  cli.map(({ usage, path, sentence }) => ['command line', to(code(usage), path), sentence]);

function channelRows({ feature: { commands, events } }: View): string[][] {
  return registry.channels.flatMap((channel) => {
    const { name, summary } = channel;
    if (channel.direction === 'in') {
      const isOurs = commands.some((command) => command.name === channel.command.name);
      return isOurs ? [['broker, in', code(name), `${summary} Sends ${code(channel.command.name)}.`]] : [];
    }
    const ours = events.filter((event) => channel.publishes.includes(event.name)).map((event) => event.name);
    return ours.length === 0 ? [] : [['broker, out', code(name), `${summary} Publishes ${codes(ours)}.`]];
  });
}

function settingRows({ feature: { files, folder }, project: { settings, source } }: View): string[][] {
  const used = files.flatMap((file) => fieldsUsedIn(file, source));
  return settings
    .filter(({ field, declaredIn }) => used.includes(field) || declaredIn.startsWith(`${folder}/`))
    .map(({ variable, fallback, meaning }) => [code(variable), fallback ? code(fallback) : '', meaning]);
}

function dependencies({ feature: { files, folder }, project: { kernelPackages }, to }: View): string {
  const { contracts, kernel, packages } = dependenciesOf(files, folder);
  const alone = packages.filter((name) => !kernelPackages.includes(name));
  return [
    ...[...contracts]
      .filter(([other]) => `src/${other}` !== folder)
      .map(([other, names]) => `- ${to(other, `src/${other}/MODULE.md`)}, by its contract: ${codes(names)}`),
    `- of ${to('the kernel', 'src/kernel/MODULE.md')}: ${kernel.join(', ')}`,
    ...(alone.length === 0 ? [] : [`- packages that nothing else needs: ${codes(alone)}`]),
  ].join('\n');
}
