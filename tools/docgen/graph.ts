import { registry } from '../../src/channels.js';
import { dependenciesOf, type Feature, sorted } from './features.js';
import { link } from './markdown.js';
import type { Project } from './project.js';
import { firstSentence, importsOf, pathOf } from './source.js';

/** The features, what goes from one to another, and what comes from and goes to outside; and where each is told of. */
export function moduleGraph(project: Project): string {
  const { features } = project;
  const boxes = features.map(
    ({ name, purpose }) => `${name}["<b>${name}</b><br/>${firstSentence(purpose).replace(/\.$/, '')}"]`,
  );
  const graph = [
    'flowchart LR',
    ...['rest([REST])', 'cli([command line])', 'broker([Redis, JetStream])'],
    ...['subgraph features', ...boxes.map((box) => `  ${box}`), 'end'],
    ...features.flatMap((feature) => [
      ...calls(feature, project),
      ...typed(feature),
      ...messages(feature),
      ...heard(feature, project),
      ...outside(feature, project),
    ]),
  ];
  const [head = '', ...lines] = graph;
  const pages = features.map(({ name, folder }) => link(name, `${folder}/MODULE.md`, 'docs/architecture.md'));
  return [
    ['```mermaid', head, ...lines.map((line) => `  ${line}`), '```'].join('\n'),
    `Arrows between features are events: they go by way of the event log, in the order in which they were committed. What
each has and tells: ${pages.join(', ')}, and ${link('the kernel', 'src/kernel/MODULE.md', 'docs/architecture.md')} beneath them.`,
  ].join('\n\n');
}

const arrow = (from: string, to: string, words: readonly string[]): string[] =>
  words.length === 0 ? [] : [`${from} -- "${words.join('<br/>')}" --> ${to}`];

/** `/v1/batches`, however many calls there are of it. */
function calls({ name, module }: Feature, { routes }: Project): string[] {
  const paths = routes
    .filter((route) => route.module === module)
    .map(({ call }) => call.replace(/^\S+ /, ''));
  return arrow('rest', name, sorted(paths.map((path) => path.split('/').slice(0, 3).join('/'))));
}

const typed = ({ name, cli }: Feature): string[] =>
  arrow(
    'cli',
    name,
    cli.map(({ usage }) => usage.replace(/ [A-Z].*/, '')),
  );

function messages({ name, commands, events }: Feature): string[] {
  return registry.channels.flatMap((channel) => {
    if (channel.direction === 'in')
      return commands.some((command) => command.name === channel.command.name)
        ? arrow('broker', name, [channel.name])
        : [];
    return events.some((event) => channel.publishes.includes(event.name))
      ? arrow(name, 'broker', [channel.name])
      : [];
  });
}

/** By way of the event log: no event goes from one feature to another by itself. */
function heard({ name, events }: Feature, { features, subscriptions }: Project): string[] {
  return features
    .filter((other) => other.name !== name)
    .flatMap((other) => {
      const hears = subscriptions
        .filter(({ module }) => module === other.module)
        .flatMap((each) => each.hears);
      return arrow(
        name,
        other.name,
        events.filter((event) => hears.includes(event.name)).map((event) => event.name),
      );
    });
}

/** A package that the kernel has no use for leads to the outside world: it is named after the folder that needs it. */
function outside({ name, folder, files }: Feature, { kernelPackages }: Project): string[] {
  const alone = dependenciesOf(files, folder).packages.filter((each) => !kernelPackages.includes(each));
  return alone.map((alone) => {
    const user = files.find((file) => importsOf(file).some(({ from }) => from === alone))!;
    const part = pathOf(user)
      .slice(folder.length + 1)
      .split('/')[0]!;
    return `${name} --> ${part}(["${part}, by ${alone}"])`;
  });
}
