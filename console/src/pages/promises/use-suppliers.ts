import { useQuery } from '@tanstack/react-query';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';

/** The supplier of each of these batches, or null. */
export function useSuppliers(references: readonly string[]) {
  const wanted = [...new Set(references)].toSorted();
  return useQuery({
    ...apiQuery(
      'batches.suppliers',
      { wanted },
      async (signal): Promise<{ data: ReadonlyMap<string, string | null> }> => {
        const found = await Promise.all(
          wanted.map(async (reference) => {
            const { data } = await earmark.batches.find({ path: { reference }, signal });
            return [reference, data.supplier] as const;
          }),
        );
        return { data: new Map(found) };
      },
      { isLive: false },
    ),
    enabled: wanted.length > 0,
  });
}
