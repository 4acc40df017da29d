import { useQueries, type UseQueryResult } from '@tanstack/react-query';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';

const supplierQuery = (reference: string) => ({
  ...apiQuery(
    'batches.supplier',
    { reference },
    async (signal) => {
      const { data } = await earmark.batches.find({ path: { reference }, signal });
      return { data: [reference, data.supplier] as const };
    },
    { isLive: false },
  ),
  // No call changes it.
  staleTime: Infinity,
});

/** The supplier of each of these batches, or null. When other batches are asked for, only these are looked up. */
export const useSuppliers = (references: readonly string[]) =>
  useQueries({ queries: [...new Set(references)].map(supplierQuery), combine });

function combine(answers: readonly UseQueryResult<readonly [string, string | null]>[]) {
  const found = answers.flatMap(({ data }) => (data ? [data] : []));
  const failed = answers.filter(({ isError }) => isError);
  return {
    data: found.length < answers.length ? undefined : new Map(found),
    error: failed[0]?.error ?? null,
    refetch: () => Promise.all(failed.map((each) => each.refetch())),
  };
}
