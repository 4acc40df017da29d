/** How often buyers get alerts. */
export interface AlertPolicy {
  /** How long refusals of a SKU are only counted after an alert that it is short. */
  readonly quietPeriodMs: number;
  /** Whether buyers get an alert that stock has come even if nothing was refused in the meantime. */
  readonly notifiesOnRestock: boolean;
  /** How long lost promises of a batch are only collected after an alert of lost promises. */
  readonly lostPromiseQuietPeriodMs: number;
}
