/** How many alerts people want. */
export interface AlertPolicy {
  /** After an alert that a SKU is short, further refusals of it are counted only for so long. */
  readonly quietPeriodMs: number;
  /** Whether the buyers get an alert that stock has come even if nothing was refused in the meantime. */
  readonly notifiesOnRestock: boolean;
  /** After an alert that orders lost their promises, further ones of that batch are collected for so long. */
  readonly lostPromiseQuietPeriodMs: number;
}
