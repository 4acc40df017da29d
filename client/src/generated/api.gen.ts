// What the API document says of calls and problems. Made by `npm run docs`.

import type {
  AdjustmentConflictProblem,
  AheadOfLogProblem,
  AllocationConflictProblem,
  AlreadyShippedProblem,
  BadRequestProblem,
  BatchClaimedProblem,
  BatchConflictProblem,
  BelowZeroProblem,
  BlockedByEarlierEventProblem,
  BusyProblem,
  CountConflictProblem,
  CrossOriginProblem,
  DeadLetterFailedProblem,
  DeadLetterNotWholeProblem,
  DeadLetterSettledProblem,
  DuplicateSkuProblem,
  EventNotParkedProblem,
  EventsPrunedProblem,
  ExpectationFailedProblem,
  ForbiddenProblem,
  HeadersTooLargeProblem,
  HoldExpiredProblem,
  InternalErrorProblem,
  InvalidCursorProblem,
  KeyNameTakenProblem,
  LogPrunedProblem,
  MalformedJsonProblem,
  MethodNotAllowedProblem,
  MisdirectedRequestProblem,
  NeverRebuiltProblem,
  NoManagingKeyProblem,
  NoSecretKeyProblem,
  NotAReadModelProblem,
  NotAcceptableProblem,
  NotFoundProblem,
  NotOnHandProblem,
  OrderCancelledProblem,
  OrderFirmProblem,
  OrderIncompleteProblem,
  OrderNotFirmProblem,
  OutOfStockProblem,
  OverReturnedProblem,
  OverShippedProblem,
  PayloadTooLargeProblem,
  PreconditionFailedProblem,
  RangeNotSatisfiableProblem,
  RebuildRunningProblem,
  ReceiptConflictProblem,
  RequestTimeoutProblem,
  ReturnConflictProblem,
  ShipmentCancelledProblem,
  ShipmentConflictProblem,
  TooManyLinesProblem,
  TooManyRequestsProblem,
  TooManyUnitsProblem,
  TooManyWebhooksProblem,
  UnauthenticatedProblem,
  UnavailableProblem,
  UnknownAllocationProblem,
  UnknownBatchProblem,
  UnknownChannelProblem,
  UnknownDeadLetterProblem,
  UnknownEventProblem,
  UnknownKeyProblem,
  UnknownOrderProblem,
  UnknownShipmentProblem,
  UnknownSkuProblem,
  UnknownSubscriptionProblem,
  UnknownWebhookProblem,
  UnsupportedContentEncodingProblem,
  UnsupportedMediaTypeProblem,
  UnsupportedTransferCodingProblem,
  UriTooLongProblem,
  ValidationFailedProblem,
  VersionMismatchProblem,
  WebhookAddressRefusedProblem,
} from './types.gen.js';

/** Calls that change nothing more if they are made again. */
export const SAFE_TO_REPEAT: ReadonlySet<string> = new Set([
  'GET /v1/batches',
  'POST /v1/batches',
  'GET /v1/batches/{reference}',
  'PATCH /v1/batches/{reference}',
  'GET /v1/orders/{orderId}',
  'PUT /v1/orders/{orderId}',
  'DELETE /v1/orders/{orderId}',
  'POST /v1/orders/{orderId}/confirm',
  'GET /v1/orders',
  'GET /v1/orders/{orderId}/history',
  'POST /v1/allocations',
  'GET /v1/orders/{orderId}/allocations',
  'DELETE /v1/orders/{orderId}/allocations',
  'GET /v1/orders/{orderId}/allocations/{sku}',
  'DELETE /v1/orders/{orderId}/allocations/{sku}',
  'POST /v1/availability',
  'PUT /v1/receipts/{receiptId}',
  'PUT /v1/adjustments/{adjustmentId}',
  'PUT /v1/counts/{countId}',
  'GET /v1/shipments/{shipmentId}',
  'PUT /v1/shipments/{shipmentId}',
  'DELETE /v1/shipments/{shipmentId}',
  'GET /v1/shipments',
  'PUT /v1/returns/{returnId}',
  'GET /v1/products',
  'GET /v1/products/{sku}',
  'GET /v1/products/{sku}/availability',
  'GET /v1/products/{sku}/timeline',
  'GET /v1/products/{sku}/backorders',
  'GET /v1/products/{sku}/policy',
  'PUT /v1/products/{sku}/policy',
  'POST /v1/simulations',
  'GET /v1/promises',
  'GET /v1/notifications',
  'GET /v1/lost-promises',
  'GET /v1/movements',
  'GET /v1/integrity',
  'GET /v1/webhooks',
  'GET /v1/webhooks/{id}',
  'PATCH /v1/webhooks/{id}',
  'DELETE /v1/webhooks/{id}',
  'GET /v1/webhooks/{id}/deliveries',
  'GET /v1/audit',
  'GET /v1/keys',
  'GET /v1/keys/{name}',
  'DELETE /v1/keys/{name}',
  'GET /v1/events',
  'GET /v1/subscriptions',
  'GET /v1/subscriptions/{name}/parked',
  'GET /v1/subscriptions/{name}/rebuild',
  'GET /health/live',
  'GET /health/ready',
  'GET /v1/info',
  'GET /metrics',
  'GET /v1/migrations',
  'GET /v1/dead-letters',
  'GET /v1/dead-letters/{id}',
]);

/** Media types that calls can answer with beside JSON. */
export const OTHER_ANSWERS: Readonly<Record<string, readonly string[]>> = {
  'POST /v1/bulk/batches': ['application/x-ndjson'],
  'POST /v1/bulk/orders': ['application/x-ndjson'],
  'POST /v1/bulk/receipts': ['application/x-ndjson'],
  'POST /v1/bulk/shipments': ['application/x-ndjson'],
  'GET /v1/movements': ['text/csv'],
  'GET /v1/events': ['text/event-stream'],
  'GET /metrics': ['text/plain'],
};

/** Every problem that the API can answer with, by its `type`. */
export type KnownProblem =
  | AdjustmentConflictProblem
  | AheadOfLogProblem
  | AllocationConflictProblem
  | AlreadyShippedProblem
  | BadRequestProblem
  | BatchClaimedProblem
  | BatchConflictProblem
  | BelowZeroProblem
  | BlockedByEarlierEventProblem
  | BusyProblem
  | CountConflictProblem
  | CrossOriginProblem
  | DeadLetterFailedProblem
  | DeadLetterNotWholeProblem
  | DeadLetterSettledProblem
  | DuplicateSkuProblem
  | EventNotParkedProblem
  | EventsPrunedProblem
  | ExpectationFailedProblem
  | ForbiddenProblem
  | HeadersTooLargeProblem
  | HoldExpiredProblem
  | InternalErrorProblem
  | InvalidCursorProblem
  | KeyNameTakenProblem
  | LogPrunedProblem
  | MalformedJsonProblem
  | MethodNotAllowedProblem
  | MisdirectedRequestProblem
  | NeverRebuiltProblem
  | NoManagingKeyProblem
  | NoSecretKeyProblem
  | NotAReadModelProblem
  | NotAcceptableProblem
  | NotFoundProblem
  | NotOnHandProblem
  | OrderCancelledProblem
  | OrderFirmProblem
  | OrderIncompleteProblem
  | OrderNotFirmProblem
  | OutOfStockProblem
  | OverReturnedProblem
  | OverShippedProblem
  | PayloadTooLargeProblem
  | PreconditionFailedProblem
  | RangeNotSatisfiableProblem
  | RebuildRunningProblem
  | ReceiptConflictProblem
  | RequestTimeoutProblem
  | ReturnConflictProblem
  | ShipmentCancelledProblem
  | ShipmentConflictProblem
  | TooManyLinesProblem
  | TooManyRequestsProblem
  | TooManyUnitsProblem
  | TooManyWebhooksProblem
  | UnauthenticatedProblem
  | UnavailableProblem
  | UnknownAllocationProblem
  | UnknownBatchProblem
  | UnknownChannelProblem
  | UnknownDeadLetterProblem
  | UnknownEventProblem
  | UnknownKeyProblem
  | UnknownOrderProblem
  | UnknownShipmentProblem
  | UnknownSkuProblem
  | UnknownSubscriptionProblem
  | UnknownWebhookProblem
  | UnsupportedContentEncodingProblem
  | UnsupportedMediaTypeProblem
  | UnsupportedTransferCodingProblem
  | UriTooLongProblem
  | ValidationFailedProblem
  | VersionMismatchProblem
  | WebhookAddressRefusedProblem;
