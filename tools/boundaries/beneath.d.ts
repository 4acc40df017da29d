export const BENEATH: readonly string[];
