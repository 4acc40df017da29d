/** Units of a row of `allocation.batch` that are in the warehouse, claimed or not. */
export const onHand = (batch: string) =>
  `case when ${batch}.eta is null then ${batch}.quantity else ${batch}.received end`;

/** The same where nothing else has these columns. */
export const ON_HAND = 'case when eta is null then quantity else received end';

/** Where a row of `allocation.batch` is. */
export const LOCATION = `coalesce(lot->>'location', 'main')`;
