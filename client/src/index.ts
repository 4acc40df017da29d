export { Earmark, type EarmarkOptions, type EventsOfEarmark } from './earmark.js';
export {
  EarmarkConnectionError,
  EarmarkError,
  EarmarkNotModified,
  EarmarkProblem,
  EarmarkTimeout,
  EarmarkUnexpectedAnswer,
  isProblem,
  type ProblemCode,
  type ProblemOf,
} from './errors.js';
export type { EarmarkEvent, EventOf, EventType, FollowOptions, Reconnect } from './event-feed.js';
export type { Retry } from './transport.js';
export {
  InvalidWebhook,
  verifyWebhook,
  type VerifyOptions,
  type WebhookEvent,
  type WebhookHeaders,
} from './webhooks.js';
export type * from './generated/types.gen.js';
