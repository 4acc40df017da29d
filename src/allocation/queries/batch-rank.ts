/** When the units of a row of `allocation.batch` came, in milliseconds; 0: nobody knows. */
const ENTERED_AT = 'coalesce(round(extract(epoch from entered_at) * 1000), 0)';

/**
 * The sort key of a row of `allocation.batch` among those that are available on the same day, by the policy of its `product`:
 * what `rankOf` gives. It holds for every batch; the column `rank` only for those with free units.
 */
export const BATCH_RANK = `case product.policy->>'preference'
         when 'fefo' then coalesce((lot->>'bestBefore')::date - date '1970-01-01', 9007199254740991)
         when 'fifo' then ${ENTERED_AT}
         when 'lifo' then -${ENTERED_AT}
         else 0 end`;
