/** Units of a row of `allocation.batch` that are in the warehouse, claimed or not. */
export const ON_HAND = 'case when eta is null then quantity else received end';
