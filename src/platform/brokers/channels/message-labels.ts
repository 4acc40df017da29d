import { initialiseAtZero, metrics } from '../../../kernel/metrics/instruments.js';
import { incomingOf, outgoingOf, type Registry } from './channel.js';

/** What messages are counted by; one object for each channel there is. */
export interface MessageLabels {
  readonly [name: string]: string;
  readonly 'messaging.system': string;
  readonly 'messaging.destination.name': string;
}

const known = new Map<string, MessageLabels>();

/** @param channel one of the registry's */
export function labelsOf(broker: string, channel: string): MessageLabels {
  const key = `${broker} ${channel}`;
  let labels = known.get(key);
  if (!labels) {
    labels = { 'messaging.system': broker, 'messaging.destination.name': channel };
    known.set(key, labels);
  }
  return labels;
}

export function startCounting(broker: string, registry: Registry): void {
  const ofEach = (channels: readonly { readonly name: string }[]) =>
    channels.map(({ name }) => labelsOf(broker, name));
  initialiseAtZero(metrics.messagesOut, ...ofEach(outgoingOf(registry)));
  initialiseAtZero(metrics.messagesIn, ...ofEach(incomingOf(registry)));
  initialiseAtZero(metrics.deadLetters, ...ofEach(incomingOf(registry)));
}
