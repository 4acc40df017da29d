import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAllows } from '../../data/session.js';
import { buttonLook } from '../../ui/button.js';
import { Section } from '../../ui/page.js';
import { SampleOffer, useMaySample } from './sample/sample-data.js';

/** What to do with an installation in which there is nothing yet. */
export function FirstSteps() {
  const allows = useAllows();
  const maySample = useMaySample();
  return (
    <Section title="First steps" intro="There is no stock yet. Begin with one of these.">
      <ul className="grid gap-x-8 gap-y-6 sm:grid-cols-2">
        {maySample && (
          <li className="col-span-full rounded-md bg-accent-soft p-4">
            <SampleOffer />
          </li>
        )}
        {allows('batches:write') && (
          <Step
            title="Register a batch"
            action={
              <Link to="/batches" className={buttonLook()}>
                To the batches
              </Link>
            }
          >
            Units of a product that are on hand, or that come on a day.
          </Step>
        )}
        {['batches:write', 'orders:write', 'warehouse:write'].some(allows) && (
          <Step
            title="Import files"
            action={
              <Link to="/import" className={buttonLook()}>
                Import a file
              </Link>
            }
          >
            Batches and orders from CSV or NDJSON, checked before anything is sent.
          </Step>
        )}
        {allows('keys:write') && (
          <Step
            title="Make a key"
            action={
              <Link to="/access" className={buttonLook()}>
                To the keys
              </Link>
            }
          >
            For the shop, the warehouse or any other program that calls the API.
          </Step>
        )}
        <Step
          title="Read the documentation"
          action={
            <a href="/docs/" className={buttonLook()}>
              Open the API
            </a>
          }
        >
          Every call, with its answers and its refusals.
        </Step>
      </ul>
    </Section>
  );
}

interface StepProps {
  readonly title: string;
  readonly action: ReactNode;
  readonly children: ReactNode;
}

function Step({ title, action, children }: StepProps) {
  return (
    <li className="flex flex-col items-start gap-2">
      <h3 className="font-semibold">{title}</h3>
      <p className="text-muted">{children}</p>
      {action}
    </li>
  );
}
