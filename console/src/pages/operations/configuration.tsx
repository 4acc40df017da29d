import type { InfoBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { infoQuery } from '../../data/session.js';
import { Badge } from '../../ui/badge.js';
import { Answer } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';

/** Each feature with what it means if it is on, and if it is off. */
const FEATURES: Readonly<
  Record<keyof InfoBody['features'], readonly [name: string, on: string, off: string]>
> = {
  accessControl: [
    'Access control',
    'Every call needs a key or a token.',
    'Anybody on this machine may do everything.',
  ],
  tokens: ['Sign-in with accounts', 'Tokens of an issuer are accepted.', 'Only keys are accepted.'],
  redis: ['Redis', 'Messages go over Redis.', 'No messages over Redis.'],
  jetstream: ['JetStream', 'Messages go over JetStream.', 'No messages over JetStream.'],
  mailServer: ['Mail server', 'Alerts are mailed.', 'Alerts are written to files.'],
  replicas: ['Replicas', 'Some lists are read from replicas.', 'Everything is read from one database.'],
  retention: ['Retention', 'Old events are deleted.', 'Events are kept for ever.'],
  rateLimit: ['Rate limit', 'Calls of a caller are limited.', 'Calls are not limited.'],
  traces: ['Traces', 'Traces are sent to a collector.', 'No traces are sent.'],
  metrics: ['Metrics', 'Metrics are sent to a collector.', 'Metrics are scraped only.'],
};

export function Configuration() {
  const info = useQuery(infoQuery);
  return (
    <Section title="What is configured" intro="By the settings with which the service was started.">
      <Answer of={info} rows={2}>
        {({ features }) => (
          <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-2 lg:grid-cols-3">
            {(Object.keys(FEATURES) as (keyof typeof FEATURES)[]).map((feature) => {
              const [name, on, off] = FEATURES[feature];
              return (
                <div key={feature}>
                  <dt className="flex items-center gap-2 font-medium">
                    {name}
                    <Badge tone={features[feature] ? 'good' : 'neutral'}>
                      {features[feature] ? 'on' : 'off'}
                    </Badge>
                  </dt>
                  <dd className="text-muted">{features[feature] ? on : off}</dd>
                </div>
              );
            })}
          </dl>
        )}
      </Answer>
    </Section>
  );
}
