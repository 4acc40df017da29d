/** The most steps of a simulation. */
export const MOST_STEPS = 100;
