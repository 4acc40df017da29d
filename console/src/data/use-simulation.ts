import type { StepBody } from '@earmark/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { apiQuery, type About } from './api-query.js';
import { earmark } from './earmark.js';

/** So long nothing more was typed before the steps are simulated. */
const SETTLED_MS = 250;

/**
 * What these calls would do, as the stock is now: it is simulated again when something happens to it.
 * @param steps null while there is nothing to simulate, e.g. because a field is empty
 * @param about which events change the stock of the steps
 */
export function useSimulation(steps: readonly StepBody[] | null, about: About) {
  const text = steps && JSON.stringify(steps);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery({
    ...apiQuery('simulations.simulate', { ...about, steps: settled }, (signal) =>
      earmark.simulations.simulate({ body: { steps: JSON.parse(settled!) as StepBody[] }, signal }),
    ),
    enabled: settled !== null,
    placeholderData: keepPreviousData,
    // A dialog that is opened once more must not begin with what it found out the last time.
    gcTime: 0,
  });
  return {
    ...query,
    /** Whether the answer is that to the steps as they are now. */
    isCurrent: text !== null && text === settled && query.data !== undefined && !query.isPlaceholderData,
  };
}
