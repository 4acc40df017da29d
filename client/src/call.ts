import { SAFE_TO_REPEAT } from './generated/api.gen.js';

/** What has to be known of a call beside its request. */
export interface Call {
  /** The method and path in the API document: `GET /v1/orders/{orderId}`. */
  readonly name: string;
  /** The body is handed on as it arrives, and is not read here. */
  readonly isStream: boolean;
  /** The caller repeats it by rules of its own, or wants to know how things are now. */
  readonly isTriedOnce: boolean;
  /** It has `If-Match` or `If-None-Match` and changes something: its own effect makes the condition untrue. */
  readonly isConditional: boolean;
  /** Of the caller. */
  readonly signal: AbortSignal | null | undefined;
}

/** Whether it changes nothing more if it is made again: it only reads, or the caller names what it writes (rule 16). */
export const isSafeToRepeat = ({ name }: Call): boolean => SAFE_TO_REPEAT.has(name);

/** Whether it can be made again without knowing if it has taken effect. */
export const isSafeToRepeatBlindly = (call: Call): boolean => isSafeToRepeat(call) && !call.isConditional;
