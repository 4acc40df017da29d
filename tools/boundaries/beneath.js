/** The folders of `src` on which the features stand. All others are features. */
export const BENEATH = ['kernel', 'platform', 'vocabulary'];
