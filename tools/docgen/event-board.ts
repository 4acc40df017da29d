import { registry } from '../../src/channels.js';
import { aggregatesIn, effectsOf } from './aggregates.js';
import type { Feature } from './features.js';
import type { Project } from './project.js';
import { sendersIn } from './senders.js';

/** The colours of the notes on an event storming board. */
const NOTES = {
  command: '#a6d8f0',
  aggregate: '#fff2a8',
  event: '#ffc078',
  reaction: '#d8c7f0',
  model: '#bfe3b4',
  outside: '#f7c6d4',
} as const;

/** Command, aggregate, event, reaction and the next command, over all features. Queries are not on it. */
export function eventBoard(project: Project): string {
  const graph = [
    ...project.features.flatMap((feature) => lane(feature, project)),
    ...outside(project),
    ...Object.entries(NOTES).map(
      ([name, colour]) => `classDef ${name} fill:${colour},stroke:#555,color:#111`,
    ),
  ];
  return ['```mermaid', 'flowchart LR', ...graph.map((line) => `  ${line}`), '```'].join('\n');
}

function lane(feature: Feature, project: Project): string[] {
  const { name, module, events } = feature;
  const aggregates = aggregatesIn(feature);
  const effects = effectsOf(feature, aggregates, project.source);
  const own = project.subscriptions.filter((subscription) => subscription.module === module);
  const senders = [...sendersIn(feature, project.routes, project.subscriptions, project.source)];
  const names = own.map((subscription) => subscription.name);
  const sent = senders.flatMap(([command, by]) =>
    feature.commands.some((each) => each.name === command) ? by.map((sender) => ({ command, sender })) : [],
  );
  const isCommand = (sender: string) => feature.commands.some((each) => each.name === sender);
  const isJob = (sender: string) =>
    !names.includes(sender) && !isCommand(sender) && project.classes.has(sender);
  const jobs = [...new Set(sent.map(({ sender }) => sender).filter(isJob))];
  const policies = [...names, ...jobs];
  const commands = feature.commands.filter((each) => effects.some(({ command }) => command === each.name));
  return [
    `subgraph ${name}`,
    ...commands.map(
      (each) =>
        `  ${id(each.name)}["${each.name}${entrances(each.name, sent, [...policies, ...feature.commands.map(({ name }) => name)])}"]:::command`,
    ),
    ...aggregates.map((aggregate) => `  ${id(aggregate.name)}[["${aggregate.name}"]]:::aggregate`),
    ...events.map((event) => `  ${id(event.name)}>"${event.name}"]:::event`),
    ...own.map(
      ({ name, kind }) => `  ${id(name)}{{"${name}"}}:::${kind === 'read model' ? 'model' : 'reaction'}`,
    ),
    ...jobs.map((job) => `  ${id(job)}{{"${job}"}}:::reaction`),
    'end',
    ...effects.map(({ command, aggregate }) => `${id(command)} --> ${id(aggregate)}`),
    ...recorded(effects).map(([aggregate, event]) => `${id(aggregate)} --> ${id(event)}`),
    ...own.flatMap(({ name, hears }) => hears.map((event) => `${id(event)} -.-> ${id(name)}`)),
    ...sent
      .filter(({ sender }) => policies.includes(sender))
      .map(({ command, sender }) => `${id(sender)} --> ${id(command)}`),
  ];
}

/** Each aggregate with each event that it may record, once. */
function recorded(effects: readonly { aggregate: string; events: readonly string[] }[]): [string, string][] {
  const pairs = new Map<string, [string, string]>();
  for (const { aggregate, events } of effects)
    for (const event of events) pairs.set(`${aggregate} ${event}`, [aggregate, event]);
  return [...pairs.values()];
}

/** The calls and messages that send a command, in small print. */
function entrances(
  command: string,
  sent: readonly { command: string; sender: string }[],
  inside: readonly string[],
): string {
  const by = sent.filter((each) => each.command === command && !inside.includes(each.sender));
  return by.length === 0 ? '' : `<br/><small>${by.map(({ sender }) => sender).join('<br/>')}</small>`;
}

/** What leaves the service: messages by channel. Mails are sent by a job and from no event. */
function outside({ features }: Project): string[] {
  const published = features.flatMap(({ events }) => events.map(({ name }) => name));
  return registry.channels.flatMap((channel) =>
    channel.direction === 'in'
      ? []
      : [
          `${id(channel.name)}(["${channel.name}<br/><small>Redis, JetStream</small>"]):::outside`,
          ...channel.publishes
            .filter((event) => published.includes(event))
            .map((event) => `${id(event)} -.-> ${id(channel.name)}`),
        ],
  );
}

/** A name that mermaid takes for one: no dots, and not its own word `end`. */
const id = (name: string): string => `n_${name.replace(/\W/g, '_')}`;
