import { useQuery } from '@tanstack/react-query';
import { infoQuery } from '../../data/session.js';
import { earlierEventsQuery } from './queries.js';

/** What happened before the page was opened. */
export function useEarlierEvents() {
  const { data: info } = useQuery(infoQuery);
  const isAdmin = info?.caller.scopes.includes('admin') ?? false;
  return useQuery({ ...earlierEventsQuery(isAdmin), enabled: info !== undefined });
}
