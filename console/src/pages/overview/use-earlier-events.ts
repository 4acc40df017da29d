import { useQuery } from '@tanstack/react-query';
import { useFeed } from '../../data/live-feed.js';
import { earlierEventsQuery } from './queries.js';

/** What happened before the live feed began: read after that, so that nothing is missing in between. */
export const useEarlierEvents = () =>
  useQuery({ ...earlierEventsQuery, enabled: useFeed().state !== 'connecting' });
