import { DEFAULT_POLICY, type Policy, type Protection } from '../domain/policy.js';

/** A policy as callers write it: what they leave out is as by default. */
export type PolicyDraft = { readonly [F in Exclude<keyof Policy, 'protections'>]?: Policy[F] | undefined } & {
  readonly protections?:
    | readonly (Omit<Protection, 'until'> & { readonly until?: Protection['until'] | undefined })[]
    | undefined;
};

export function wantedPolicy(draft: PolicyDraft): Policy {
  return {
    preference: draft.preference ?? DEFAULT_POLICY.preference,
    backorders: draft.backorders ?? DEFAULT_POLICY.backorders,
    minimumShelfLifeDays: draft.minimumShelfLifeDays ?? DEFAULT_POLICY.minimumShelfLifeDays,
    protections: (draft.protections ?? []).map(({ channel, quantity, until = null }) => ({
      ...{ channel, quantity, until },
    })),
  };
}
