// Made from the API document by `npm run docs`. Change the API, not this file.

/** What the API may refuse with: the last part of the `type` of a problem document. */
export type ProblemCode =
    | "adjustment-conflict"
    | "ahead-of-log"
    | "allocation-conflict"
    | "already-shipped"
    | "bad-request"
    | "batch-claimed"
    | "batch-conflict"
    | "below-zero"
    | "busy"
    | "cross-origin"
    | "duplicate-sku"
    | "events-pruned"
    | "expectation-failed"
    | "forbidden"
    | "headers-too-large"
    | "hold-expired"
    | "internal-error"
    | "invalid-cursor"
    | "malformed-json"
    | "method-not-allowed"
    | "misdirected-request"
    | "not-acceptable"
    | "not-found"
    | "not-on-hand"
    | "order-cancelled"
    | "order-firm"
    | "order-incomplete"
    | "order-not-firm"
    | "out-of-stock"
    | "over-returned"
    | "over-shipped"
    | "payload-too-large"
    | "precondition-failed"
    | "range-not-satisfiable"
    | "receipt-conflict"
    | "request-timeout"
    | "return-conflict"
    | "shipment-cancelled"
    | "shipment-conflict"
    | "too-many-lines"
    | "too-many-requests"
    | "too-many-units"
    | "unauthenticated"
    | "unavailable"
    | "unknown-allocation"
    | "unknown-batch"
    | "unknown-order"
    | "unknown-shipment"
    | "unknown-sku"
    | "unsupported-content-encoding"
    | "unsupported-media-type"
    | "unsupported-transfer-coding"
    | "uri-too-long"
    | "validation-failed"
    | "version-mismatch";

export interface paths {
    "/v1/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Batches in the order of their references
         * @description All batches, or with `sku` those of one product.
         */
        get: operations["Batches_list"];
        put?: never;
        /**
         * Register a batch
         * @description Once this has answered, every allocation can use the batch. Safe to repeat.
         */
        post: operations["Batches_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batches/{reference}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One batch
         * @description The `ETag` is its version, for `If-Match` of a change.
         */
        get: operations["Batches_find"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the quantity, the date, the lot or the place of a batch
         * @description If the batch no longer holds all of its lines, the newest leave it. They are placed again, the oldest first; a line that fits nowhere loses its claim. A new date moves no line, nor does a batch that is blocked or past its best. If several change, lines are placed by the new date and lot. A batch moves to another `location` only while nobody claims any of its units; if it cannot, nothing else changes either.
         */
        patch: operations["Batches_change"];
        trace?: never;
    };
    "/v1/orders/{orderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One order with the claims of its lines
         * @description All of one moment. The `ETag` is its version, for `If-Match`.
         */
        get: operations["Orders_find"];
        /**
         * Make the lines of an order exactly these
         * @description In one step: new lines are claimed, missing ones released, and changed ones amended by the difference. A line keeps its place, its promised date and, if it can, its batch. If a line does not fit, nothing changes, unless `whenShort` says otherwise. Safe to repeat. With `expiresInSeconds` the order is a hold: putting it again extends it.
         */
        put: operations["Orders_put"];
        post?: never;
        /**
         * Cancel an order
         * @description Everything that has not left is released, in one step. The order stays cancelled: a call that is repeated late gets 409 `order-cancelled`. `PUT` with `reopen: true` opens it again. Safe to repeat.
         */
        delete: operations["Orders_cancel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{orderId}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a hold firm
         * @description If the hold has ended less than 24 hours ago, its lines are claimed again if all of them still fit. Safe to repeat.
         */
        post: operations["Orders_confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Orders, the newest first
         * @description Orders that were put, shipped or cancelled. Single lines that `POST /v1/allocations` has promised are no order in this list. With `state`, or with `sku` and `channel`, a page may have fewer orders than its limit, even none: go on while there is a `next`. If the order of `after` has lost its last line since, its place is lost: 404, begin anew.
         */
        get: operations["Orders_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{orderId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened to each line of an order
         * @description In the order of commits, as far back as the log is kept. An order of single lines that `POST /v1/allocations` has promised has a history, too. Refusals are not in it: they are events of the product.
         */
        get: operations["Orders_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/allocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Promise an order line to a batch
         * @description On-hand stock before inbound, the earliest date first; a batch that cannot hold the whole line is skipped. With `whenShort: backorder`, a line that fits nowhere waits, and gets its units as soon as they are free.
         */
        post: operations["Allocations_allocate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{orderId}/allocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The allocations of an order
         * @description Its lines in the order of their SKUs, each with the batch that holds it.
         */
        get: operations["Allocations_find"];
        put?: never;
        post?: never;
        /**
         * Deallocate every line of an order
         * @description In one step; lines that wait leave their queues. Other than a cancelled order, it can be allocated again. To be safe, send the `ETag` of the answer that you decided on as `If-Match`: a call that is repeated late is then refused with 412 if the line was ordered again since. Without it, the call deallocates the new line.
         */
        delete: operations["Allocations_deallocateOrder"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{orderId}/allocations/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The allocation of one line of an order
         * @description The batch that holds the line, and when it comes.
         */
        get: operations["Allocations_findLine"];
        put?: never;
        post?: never;
        /**
         * Deallocate one line of an order
         * @description Its units are available again at once. A line that waits leaves the queue. To be safe, send the `ETag` of the answer that you decided on as `If-Match`: a call that is repeated late is then refused with 412 if the line was ordered again since. Without it, the call deallocates the new line.
         */
        delete: operations["Allocations_deallocateLine"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What could be promised of each item of a cart, by date
         * @description Changes nothing. A SKU of which no batch was ever registered is answered with `known: false`.
         */
        post: operations["Availability_find"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts/{receiptId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Goods of a batch have come, all or a part of them
         * @description More is on hand, and no line moves. More than was outstanding makes the batch larger. Units that are rejected, and with `final` all that has not come, do not come any more: lines that the batch does not hold then are placed again. When all has come, the batch is on hand. The same again changes nothing.
         */
        put: operations["Warehouse_receive"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/adjustments/{adjustmentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Units of a batch were found, or are missing
         * @description Lines that the batch does not hold any more are placed again. The same again changes nothing.
         */
        put: operations["Warehouse_adjust"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shipments/{shipmentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One shipment
         * @description Of which batches it has left, and whether it was cancelled.
         */
        get: operations["Warehouse_find"];
        /**
         * Units of an order leave
         * @description What leaves is neither on hand nor claimed any more; what is available stays as it is. The same again changes nothing.
         */
        put: operations["Warehouse_ship"];
        post?: never;
        /**
         * A shipment has not left after all
         * @description Its stock is back, and the claims of its order, on the same batches; of a cancelled order, the stock alone. The shipment stays cancelled. Safe to repeat.
         */
        delete: operations["Warehouse_cancel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shipments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The shipments of an order, the oldest first
         * @description Cancelled ones, too.
         */
        get: operations["Warehouse_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/returns/{returnId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Units of an order come back
         * @description To the batches that they came from: `restock` can be promised again, `scrap` cannot. The same again changes nothing.
         */
        put: operations["Warehouse_takeBack"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Products in the order of their SKUs
         * @description The sums lag behind a change by moments; those of `GET /v1/products/{sku}` are always current.
         */
        get: operations["Products_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One product and its batches
         * @description Always current. The `ETag` is the version of the product.
         */
        get: operations["Products_find"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/{sku}/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What could be promised, by date
         * @description Changes nothing. With `quantity`, `promise` is the batch that a line of so many units would get now.
         */
        get: operations["Products_availability"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/{sku}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What comes, what is claimed and what is left, by date
         * @description Always current. What has come of a batch is on hand, also if others of it are still to come, and its lines have it first. Units that are overdue have no date: they are the last row.
         */
        get: operations["Products_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/{sku}/backorders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The lines that wait for a product, in the order of its queue
         * @description Higher priority first, then the oldest. Units that become free go to them at once, in the order that the policy of the product says.
         */
        get: operations["Backorders_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/{sku}/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who gets the units of a product
         * @description Which batches are taken first, how long units have to keep, what is protected, and in which order lines that wait get units that become free.
         */
        get: operations["Policy_find"];
        /**
         * Set who gets the units of a product
         * @description Makes the policy exactly this: what is left out is as by default. It decides about claims from now on, and revokes none.
         */
        put: operations["Policy_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/{sku}/reallocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reassign the units of a product
         * @description One transaction works the segments off in the order win, gain, redistribute, fill, lose, whatever the order given; within a segment, higher priority comes before lower, then the oldest line. No line loses to one of a later segment. A line that loses all it had waits, if its order accepts backorders; otherwise it is deallocated. Of an order with several lines only the line of this product changes.
         *
         *     Holds, units that have left and lines on a batch that cannot be promised any more take no part. Protected units stay protected. What the segments leave goes to the lines that wait, as ever. The same segments again change nothing, unless they match by `state`, since that may have changed.
         *
         *     A run looks at 10,000 lines at most, those that wait included. With `simulate`, nothing is written and nothing is locked.
         */
        post: operations["Reallocations_reallocate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/simulations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What calls would answer, publish and change
         * @description The steps run one after the other on the stock of one moment, by the code that the calls run; each finds what those before it have left, and a step that is refused does not stop those after it. Nothing is written, nothing is locked, and no call waits. With a read replica the moment may be a little while ago.
         *
         *     What is not checked: a registration under a known reference is compared with the batch as it is now, not as it was registered first; figures of a batch are those of the stock, which `GET /v1/batches/{reference}` follows by moments; `If-Match` has no counterpart. Holds that have ended count for nothing, and their events belong to no step.
         */
        post: operations["Simulations_simulate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/promises": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What lines were promised, and when they are expected now
         * @description Lines that claim units, by batch; with `orderId` those of an order, by SKU. `late=true` selects those that are expected after the day that they were promised first, or after they are needed; a batch that becomes overdue counts within a minute. `after` is `next` of a page with the same filter.
         */
        get: operations["Promises_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The alerts to the buyers, and whether they were sent
         * @description The newest last. `sku` selects the alerts about one SKU. Callers with the scope `notifications:read` or `admin` see recipients; callers with `admin` see the answers of the mail server.
         */
        get: operations["Notifications_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/lost-promises": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lost promises
         * @description Order lines that lost their batch and fitted in no other, the newest last. `sku` selects those of one SKU.
         */
        get: operations["LostPromises_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who created, first used and revoked keys, and what operators did
         * @description In the order of commits. Actions of operators are: retrying and discarding parked events and dead letters,
         *     rebuilding read models, migrations. Calls are not listed: the log has a line for each write and each rejected call, with its
         *     caller.
         */
        get: operations["Audit_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What has happened, in the order in which it was committed
         * @description A list in pages; with `Accept: text/event-stream` a live feed that goes on until either side ends it.
         *
         *     **Where it begins.** After `Last-Event-ID` or, if that is missing, after `after`, without gap or repetition. Without both it
         *     begins with the next event. `limit` is ignored. If events after that position are pruned, or the log does not reach it
         *     (because a backup was restored), the answer is 410, and says after which position to continue.
         *
         *     **Reconnecting.** Every message has its position as `id`, also the first one, which has no data. When the connection ends,
         *     wait for the time given by `retry` and send the last `id` as `Last-Event-ID`. After a restart do the same with the
         *     position that you have stored together with your work. A client that does not read is disconnected and may resume. A comment
         *     every 15 s keeps the connection from being idle. After 503 and 429 wait for `Retry-After`.
         *
         *     **EventSource.** It reconnects by itself, but cannot send a key, so it works only while no key exists. Every message is
         *     named by its type: `onmessage` receives none of them, `addEventListener('LineAllocated', …)` does. `client/events.ts` reads the feed with `fetch`, a key and every type. With curl:
         *     `curl -N -H 'Accept: text/event-stream' -H 'Authorization: Bearer earmark_…' -H 'Last-Event-ID: 42' …/v1/events`
         */
        get: operations["Events_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every subscription, and how far it has read the log
         * @description With its position, its lag and its parked events, which wait for an operator.
         */
        get: operations["Subscriptions_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process runs
         * @description Does not use the database. Restart the process if it does not answer.
         */
        get: operations["Health_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether this instance is ready for calls
         * @description Ready if the database accepts writes and has every migration, every table and space on its disk, and if the instance is not stopping.
         */
        get: operations["Health_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics, for Prometheus
         * @description In its text format. With several processes (`WEB_CONCURRENCY`), the one that is asked answers for all,
         *     and each series has the number of its process as `worker`.
         */
        get: operations["Metrics_scrape"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        RegisterBatchBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            reference: string;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * Format: date
             * @description The day an inbound batch is due; null if it is on hand.
             * @example 2026-09-01
             */
            eta?: string | null;
            /**
             * @description Where it is. Left out: `main`.
             * @example main
             */
            location?: string;
            /**
             * Format: date
             * @description The last day on which its units can be used; null: they keep. Left out: they keep.
             * @example 2026-09-01
             */
            bestBefore?: string | null;
            /**
             * @description Who it was bought from.
             * @example Oak & Sons
             */
            supplier?: string;
        };
        BatchBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            reference: string;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * Format: date
             * @description The day an inbound batch is due; null if it is on hand.
             * @example 2026-09-01
             */
            eta: string | null;
            /**
             * @description Whether that day has passed and the batch has not arrived.
             * @example false
             */
            overdue: boolean;
            /**
             * Format: date
             * @description The day it is expected; null if it is on hand, or overdue and so without a known date.
             * @example 2026-09-01
             */
            expectedDate: string | null;
            /**
             * @description Where the batch is.
             * @example main
             */
            location: string;
            /**
             * Format: date
             * @description The last day on which its units can be used; null: they keep.
             * @example 2026-09-01
             */
            bestBefore: string | null;
            /**
             * @description Who it was bought from.
             * @example Oak & Sons
             */
            supplier: string | null;
            /**
             * @description Whether nothing new is claimed from it.
             * @example false
             */
            blocked: boolean;
            /**
             * @description Units in the warehouse, claimed or not.
             * @example 0
             */
            onHand: number;
            /**
             * @description Units that are still to come.
             * @example 10
             */
            inbound: number;
            /**
             * @description Units that have left.
             * @example 0
             */
            shipped: number;
            /**
             * @description Units that order lines claim.
             * @example 0
             */
            claimed: number;
            /**
             * @description Of those, the units of holds.
             * @example 0
             */
            held: number;
            /**
             * @description Units that nobody claims.
             * @example 10
             */
            available: number;
        };
        BatchPageBody: {
            items: components["schemas"]["BatchBody"][];
            /**
             * @description The cursor for `after`; null at the end.
             * @example null
             */
            next: string | null;
        };
        ChangeBatchBody: {
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity?: number;
            /**
             * Format: date
             * @description The new date; null if the batch has arrived.
             * @example 2026-09-01
             */
            eta?: string | null;
            /**
             * Format: date
             * @description The last day on which its units can be used; null: they keep.
             * @example 2026-09-01
             */
            bestBefore?: string | null;
            /**
             * @description Whether nothing new is claimed from it. Its claims stay.
             * @example true
             */
            blocked?: boolean;
            /**
             * @description Where it is. It can only be moved while nobody claims any of its units.
             * @example main
             */
            location?: string;
        };
        WantedLineBody: {
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * @description Whether several batches may hold the line together.
             * @example false
             */
            split?: boolean;
            /**
             * Format: date
             * @description The last day on which its units may come; null, or left out: any day.
             * @example 2026-09-01
             */
            neededBy?: string | null;
        };
        PutOrderBody: {
            /** @description The lines of the order, each SKU once. */
            lines: components["schemas"]["WantedLineBody"][];
            /**
             * @description If a line does not fit: `refuse` the whole order, `skip` that line, or let it wait: `backorder`. Units that become free go to the lines that wait, higher priority first, then the oldest. Left out: `refuse`.
             * @example refuse
             * @enum {string}
             */
            whenShort?: "refuse" | "skip" | "backorder";
            /**
             * @description Makes it a hold that ends after so many seconds. Left out: the order is firm.
             * @example 900
             */
            expiresInSeconds?: number;
            /**
             * @description Lines of a higher priority are the first to get units that they wait for, and the last to leave a batch that shrinks. Left out: 5.
             * @example 5
             */
            priority?: number;
            /**
             * @description Whether the order leaves as a whole only.
             * @example false
             */
            shipComplete?: boolean;
            /**
             * @description Where the order comes from.
             * @example web
             */
            channel?: string;
            /**
             * @description Only batches at these places: the first that can meet the whole order, otherwise each line by this order.
             * @example [
             *       "main"
             *     ]
             */
            locations?: string[];
            /**
             * @description Whether to open a cancelled order again.
             * @example false
             */
            reopen?: boolean;
        };
        ClaimBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * @description Where the batch is.
             * @example main
             */
            location: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * Format: date
             * @description The day an inbound batch is due; null if it is on hand.
             * @example 2026-09-01
             */
            eta: string | null;
        };
        RefusalBody: {
            /**
             * @description Units that the line asked for.
             * @example 10
             */
            requested: number;
            /**
             * @description Units that it could have.
             * @example 3
             */
            available: number;
            /**
             * Format: date
             * @description The day on which it could have all of them, if that is only later than it needs them.
             * @example 2026-09-01
             */
            earliest: string | null;
        };
        OrderedLineBody: {
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units, those that have left included.
             * @example 10
             */
            quantity: number;
            /**
             * @description `backordered`: it waits for its units. `refused`: it claims less than it asks for, since it did not fit or has lost its batch.
             * @example allocated
             * @enum {string}
             */
            state: "held" | "allocated" | "backordered" | "refused" | "shipped";
            /** @example false */
            split: boolean;
            /**
             * Format: date
             * @description The last day on which its units may come; null, or left out: any day.
             * @example null
             */
            neededBy: string | null;
            /** @description What it claims, and has not left yet. */
            claims: components["schemas"]["ClaimBody"][];
            /**
             * Format: date
             * @description The day that was promised first; null: at once.
             * @example 2026-09-01
             */
            promisedDate: string | null;
            /**
             * Format: date
             * @description The day it is expected now; null if it is on hand, or overdue and so without a known date.
             * @example 2026-09-01
             */
            expectedDate: string | null;
            /**
             * @description Whether a day on which it was due has passed.
             * @example false
             */
            overdue: boolean;
            /**
             * @description Units that have left.
             * @example 0
             */
            shipped: number;
            /**
             * @description Of those, the units that came back.
             * @example 0
             */
            returned: number;
            /** @description Why the line was left out, or left as it was. In the answer to the call only. */
            refusal?: components["schemas"]["RefusalBody"];
        };
        OrderBody: {
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /**
             * @example allocated
             * @enum {string}
             */
            state: "held" | "expired" | "allocated" | "partly-allocated" | "backordered" | "partly-shipped" | "shipped" | "cancelled";
            /**
             * @description The version, as the `ETag` has it.
             * @example 3-9b1f0c3a5d7e2846
             */
            version: string;
            /**
             * Format: date-time
             * @description When the hold ends; null: the order is firm.
             * @example 2026-09-01T12:00:00.000Z
             */
            expiresAt: string | null;
            /** @example 5 */
            priority: number;
            /**
             * @description Where the order comes from.
             * @example web
             */
            channel: string | null;
            /**
             * @description Only batches at these places: the first that can meet the whole order, otherwise each line by this order.
             * @example [
             *       "main"
             *     ]
             */
            locations: string[] | null;
            /** @example false */
            shipComplete: boolean;
            /**
             * Format: date
             * @description The latest day that was promised first for a line; null: at once.
             * @example 2026-09-01
             */
            promisedDate: string | null;
            lines: components["schemas"]["OrderedLineBody"][];
        };
        OrderPageBody: {
            items: components["schemas"]["OrderBody"][];
            /**
             * @description The cursor for `after`; null at the end.
             * @example null
             */
            next: string | null;
        };
        PassedOverBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * @description `too-small`: it cannot hold the line. `later`: what has come of it is too little, and the rest comes later than the batch that was taken; `after-needed-by`: and too late. `other-location`: the line may not come from its place, or another place meets the order. `blocked`. `expired`: it does not keep for long enough.
             * @example too-small
             * @enum {string}
             */
            reason: "too-small" | "later" | "after-needed-by" | "other-location" | "blocked" | "expired";
        };
        OrderHistoryEntryBody: {
            /**
             * @description The position of the event in the log.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @example 2026-08-01T09:30:00.000Z
             */
            occurredAt: string;
            /**
             * @description The type of the event. Later versions may add more.
             * @example LineReallocated
             */
            type: string;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Why it happened; null if the event needs no reason.
             * @example batch-shrunk
             */
            reason: string | null;
            /**
             * @description Who did it, as in `GET /v1/events`.
             * @example web-shop
             */
            actor: string | null;
            /** @description Batches that the line would have preferred, and why it did not get its units from them; at most five. */
            passedOver: components["schemas"]["PassedOverBody"][];
            /**
             * @description The facts of the event, as in `GET /v1/events`.
             * @example {
             *       "orderId": "order-7",
             *       "sku": "SMALL-TABLE",
             *       "quantity": 10,
             *       "batchReference": "PO-2031"
             *     }
             */
            data: {
                [key: string]: unknown;
            };
        };
        OrderHistoryBody: {
            items: components["schemas"]["OrderHistoryEntryBody"][];
            /**
             * @description The cursor for `after`; null at the end.
             * @example null
             */
            next: number | null;
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
        };
        AllocateLineBody: {
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * @description Whether several batches may hold the line together.
             * @example false
             */
            split?: boolean;
            /**
             * Format: date
             * @description The last day on which its units may come; null, or left out: any day.
             * @example 2026-09-01
             */
            neededBy?: string | null;
            /**
             * @description If the line does not fit: `refuse` it, or let it wait for its units: `backorder`. Of a single line, `skip` means the same as `refuse`. Left out: `refuse`.
             * @example refuse
             * @enum {string}
             */
            whenShort?: "refuse" | "skip" | "backorder";
        };
        DatedClaimBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * Format: date
             * @description The day an inbound batch is due; null if it is on hand.
             * @example 2026-09-01
             */
            eta: string | null;
            /**
             * @description Whether that day has passed and the batch has not arrived.
             * @example false
             */
            overdue: boolean;
            /**
             * Format: date
             * @description The day it is expected; null if it is on hand, or overdue and so without a known date.
             * @example 2026-09-01
             */
            expectedDate: string | null;
        };
        AllocationBody: {
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /** @description What the line claims of each batch; left out if one batch holds it. */
            claims?: components["schemas"]["DatedClaimBody"][];
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * Format: date
             * @description The day an inbound batch is due; null if it is on hand.
             * @example 2026-09-01
             */
            eta: string | null;
            /**
             * @description Whether that day has passed and the batch has not arrived.
             * @example false
             */
            overdue: boolean;
            /**
             * Format: date
             * @description The day it is expected; null if it is on hand, or overdue and so without a known date.
             * @example 2026-09-01
             */
            expectedDate: string | null;
        };
        BackorderedLineBody: {
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * @description The line waits for its units.
             * @example backordered
             * @enum {string}
             */
            state: "backordered";
            /**
             * @description Null: no batch holds it.
             * @example null
             */
            batchReference: string | null;
            /**
             * Format: date
             * @description Null: the line has no date until it gets its units.
             * @example null
             */
            eta: string | null;
        };
        OrderAllocationBody: {
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /** @description What the line claims of each batch; left out if one batch holds it. */
            claims?: components["schemas"]["DatedClaimBody"][];
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * Format: date
             * @description The day an inbound batch is due; null if it is on hand.
             * @example 2026-09-01
             */
            eta: string | null;
            /**
             * @description Whether that day has passed and the batch has not arrived.
             * @example false
             */
            overdue: boolean;
            /**
             * Format: date
             * @description The day it is expected; null if it is on hand, or overdue and so without a known date.
             * @example 2026-09-01
             */
            expectedDate: string | null;
        };
        OrderAllocationsBody: {
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            items: components["schemas"]["OrderAllocationBody"][];
        };
        CartItemBody: {
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description The units of a line: `promise` is then the batch that it would get now.
             * @example 10
             */
            quantity?: number;
        };
        CartBody: {
            /** @description The items of a cart. */
            items: components["schemas"]["CartItemBody"][];
            /**
             * Format: date
             * @description Only what comes on this day or before; null, or left out: any day.
             * @example 2026-09-01
             */
            by?: string | null;
        };
        InboundBody: {
            /**
             * Format: date
             * @description The day an inbound batch is due; null if it is on hand.
             * @example 2026-12-01
             */
            eta: string | null;
            /**
             * @description Whether that day has passed and the batch has not arrived.
             * @example false
             */
            overdue: boolean;
            /**
             * Format: date
             * @description The day it is expected; null if it is on hand, or overdue and so without a known date.
             * @example 2026-09-01
             */
            expectedDate: string | null;
            /**
             * @description Units that come on that day and are not claimed.
             * @example 25
             */
            available: number;
        };
        PromiseBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * Format: date
             * @description The day an inbound batch is due; null if it is on hand.
             * @example 2026-09-01
             */
            eta: string | null;
            /**
             * @description Whether that day has passed and the batch has not arrived.
             * @example false
             */
            overdue: boolean;
            /**
             * Format: date
             * @description The day it is expected; null if it is on hand, or overdue and so without a known date.
             * @example 2026-09-01
             */
            expectedDate: string | null;
        };
        CartItemAvailabilityBody: {
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units available now.
             * @example 15
             */
            onHand: number;
            /** @description Units available later, by date. */
            inbound: components["schemas"]["InboundBody"][];
            /** @description The batch that a line would get now; null if none can hold the quantity, or if no quantity was given. */
            promise: components["schemas"]["PromiseBody"] | null;
            /**
             * @description The product's version; null if it is not known.
             * @example 7
             */
            version: number | null;
            /**
             * @description Whether a batch of the SKU was ever registered.
             * @example true
             */
            known: boolean;
        };
        CartAvailabilityBody: {
            /** @description In the order of the question. */
            items: components["schemas"]["CartItemAvailabilityBody"][];
        };
        ReceiveBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * @description Units that have come and are in order.
             * @example 10
             */
            quantity: number;
            /**
             * @description Units that have come and are of no use: they do not come again.
             * @example 1
             */
            rejected?: number;
            /**
             * @description Whether the rest will not come.
             * @example false
             */
            final?: boolean;
        };
        ReceiptBody: {
            /**
             * @description The name that the caller gives it: the same again changes nothing.
             * @example receipt-7
             */
            receiptId: string;
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units that have come and are in order.
             * @example 10
             */
            quantity: number;
            /**
             * @description Units of the product.
             * @example 0
             */
            rejected: number;
            /** @example false */
            final: boolean;
            /**
             * @description Units that came beyond those that were outstanding.
             * @example 0
             */
            overReceived: number;
            /**
             * @description Units of the batch on hand after it.
             * @example 10
             */
            onHand: number;
            /**
             * @description Units of the batch that are still to come after it.
             * @example 0
             */
            outstanding: number;
        };
        AdjustBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * @description Units that were found, or with a minus sign that are missing; not 0.
             * @example -2
             */
            by: number;
            /**
             * @description Why, in a few words.
             * @example water damage
             */
            reason: string;
        };
        AdjustmentBody: {
            /**
             * @description The name that the caller gives it: the same again changes nothing.
             * @example adjustment-7
             */
            adjustmentId: string;
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units that were found, or with a minus sign that are missing; not 0.
             * @example -2
             */
            by: number;
            /**
             * @description Why, in a few words.
             * @example water damage
             */
            reason: string;
            /**
             * @description Units of the batch on hand after it.
             * @example 8
             */
            onHand: number;
        };
        WantedShipmentBody: {
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
        };
        ShipBody: {
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /** @description What leaves, each SKU once. Left out: everything of the order that is on hand. */
            lines?: components["schemas"]["WantedShipmentBody"][];
        };
        BatchUnitsBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
        };
        ShippedLineBody: {
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /** @description Of which batches the units have left. */
            batches: components["schemas"]["BatchUnitsBody"][];
        };
        ShipmentBody: {
            /**
             * @description The name that the caller gives it: the same again changes nothing.
             * @example shipment-7
             */
            shipmentId: string;
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /**
             * @example shipped
             * @enum {string}
             */
            state: "shipped" | "cancelled";
            /**
             * Format: date-time
             * @example 2026-09-01T12:00:00.000Z
             */
            shippedAt: string;
            /**
             * Format: date-time
             * @example null
             */
            cancelledAt: string | null;
            lines: components["schemas"]["ShippedLineBody"][];
        };
        ShipmentPageBody: {
            items: components["schemas"]["ShipmentBody"][];
            /**
             * @description The cursor for `after`; null at the end.
             * @example null
             */
            next: string | null;
        };
        ReturnedLineBody: {
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * @description `restock`: it can be promised again. `scrap`: it is of no use.
             * @example restock
             * @enum {string}
             */
            disposition: "restock" | "scrap";
            /**
             * @description Why, in a few words.
             * @example water damage
             */
            reason?: string;
        };
        ReturnGoodsBody: {
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /** @description What has come back. */
            lines: components["schemas"]["ReturnedLineBody"][];
        };
        TakenBackLineBody: {
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * @description `restock`: it can be promised again. `scrap`: it is of no use.
             * @example restock
             * @enum {string}
             */
            disposition: "restock" | "scrap";
            /**
             * @description Why, in a few words.
             * @example water damage
             */
            reason?: string;
            /** @description To which batches the units have come back. */
            batches: components["schemas"]["BatchUnitsBody"][];
        };
        ReturnBody: {
            /**
             * @description The name that the caller gives it: the same again changes nothing.
             * @example return-7
             */
            returnId: string;
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /**
             * Format: date-time
             * @example 2026-09-01T12:00:00.000Z
             */
            returnedAt: string;
            lines: components["schemas"]["TakenBackLineBody"][];
        };
        ProductSummaryBody: {
            /**
             * @description Units that have not left: on hand and inbound.
             * @example 100
             */
            quantity: number;
            /**
             * @description Units that are claimed: the same as `claimed`.
             * @example 60
             */
            allocated: number;
            /**
             * @description Units that are not claimed.
             * @example 40
             */
            available: number;
            /**
             * @description Units in the warehouse, claimed or not.
             * @example 80
             */
            onHand: number;
            /**
             * @description Units that are still to come.
             * @example 20
             */
            inbound: number;
            /**
             * @description Units that have left.
             * @example 5
             */
            shipped: number;
            /**
             * @description Units that order lines claim.
             * @example 60
             */
            claimed: number;
            /**
             * @description Of those, the units of holds.
             * @example 10
             */
            held: number;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Raised by one with every change.
             * @example 7
             */
            version: number;
        };
        ProductPageBody: {
            items: components["schemas"]["ProductSummaryBody"][];
            /**
             * @description The cursor for `after`; null at the end.
             * @example null
             */
            next: string | null;
        };
        StockBody: {
            /**
             * @description Units in the warehouse, claimed or not.
             * @example 80
             */
            onHand: number;
            /**
             * @description Units that are still to come.
             * @example 20
             */
            inbound: number;
            /**
             * @description Units that have left.
             * @example 5
             */
            shipped: number;
            /**
             * @description Units that order lines claim.
             * @example 60
             */
            claimed: number;
            /**
             * @description Of those, the units of holds.
             * @example 10
             */
            held: number;
            /**
             * @description Units that have not left: on hand and inbound.
             * @example 10
             */
            quantity: number;
            /**
             * @description Units that are claimed: the same as `claimed`.
             * @example 6
             */
            allocated: number;
            /**
             * @description Units that are not claimed.
             * @example 4
             */
            available: number;
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            reference: string;
            /**
             * Format: date
             * @description The day an inbound batch is due; null if it is on hand.
             * @example 2026-09-01
             */
            eta: string | null;
            /**
             * @description Whether that day has passed and the batch has not arrived.
             * @example false
             */
            overdue: boolean;
            /**
             * Format: date
             * @description The day it is expected; null if it is on hand, or overdue and so without a known date.
             * @example 2026-09-01
             */
            expectedDate: string | null;
            /**
             * @description Where the batch is.
             * @example main
             */
            location: string;
            /**
             * Format: date
             * @description The last day on which its units can be used; null: they keep.
             * @example 2026-09-01
             */
            bestBefore: string | null;
            /**
             * @description Whether nothing new is claimed from it.
             * @example false
             */
            blocked: boolean;
        };
        ProductBody: {
            /**
             * @description Units that have not left: on hand and inbound.
             * @example 100
             */
            quantity: number;
            /**
             * @description Units that are claimed: the same as `claimed`.
             * @example 60
             */
            allocated: number;
            /**
             * @description Units that are not claimed.
             * @example 40
             */
            available: number;
            /**
             * @description Units in the warehouse, claimed or not.
             * @example 80
             */
            onHand: number;
            /**
             * @description Units that are still to come.
             * @example 20
             */
            inbound: number;
            /**
             * @description Units that have left.
             * @example 5
             */
            shipped: number;
            /**
             * @description Units that order lines claim.
             * @example 60
             */
            claimed: number;
            /**
             * @description Of those, the units of holds.
             * @example 10
             */
            held: number;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Raised by one with every change.
             * @example 7
             */
            version: number;
            /** @description In the order in which lines get them; at most 500. */
            batches: components["schemas"]["StockBody"][];
            /**
             * @description Whether the product has more batches.
             * @example false
             */
            more: boolean;
        };
        AvailabilityBody: {
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description The product's version.
             * @example 7
             */
            version: number;
            /**
             * @description Units available now.
             * @example 15
             */
            onHand: number;
            /** @description Units available later, by date. */
            inbound: components["schemas"]["InboundBody"][];
            /** @description The batch that a line would get now; null if none can hold the quantity, or if no quantity was given. */
            promise: components["schemas"]["PromiseBody"] | null;
        };
        TimelineRowBody: {
            /**
             * Format: date
             * @description The day; null: on hand or, if `overdue`, nobody knows when.
             * @example 2026-09-01
             */
            date: string | null;
            /**
             * @description Whether these units should have come, and have not.
             * @example false
             */
            overdue: boolean;
            /**
             * @description Units that come on that day; in the first row those on hand.
             * @example 100
             */
            receipts: number;
            /**
             * @description Of these, the units that order lines claim.
             * @example 60
             */
            claims: number;
            /**
             * @description What is left of them.
             * @example 40
             */
            available: number;
            /**
             * @description What is left of all rows up to this one.
             * @example 55
             */
            cumulative: number;
        };
        TimelineBody: {
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description The product's version.
             * @example 7
             */
            version: number;
            /** @description On hand first, then one row for each day, and last the overdue units, if there are some. */
            items: components["schemas"]["TimelineRowBody"][];
        };
        BackorderBody: {
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /**
             * @description Units that it waits for.
             * @example 10
             */
            quantity: number;
            /**
             * @description Units that the lines before it wait for.
             * @example 12
             */
            unitsAhead: number;
            /**
             * @description Higher first.
             * @example 5
             */
            priority: number;
            /**
             * @description Where the order comes from.
             * @example web
             */
            channel: string | null;
            /**
             * @description Whether several batches may hold it together.
             * @example false
             */
            split: boolean;
            /**
             * Format: date
             * @description The last day on which its units may come; null: any day.
             * @example null
             */
            neededBy: string | null;
            /**
             * Format: date-time
             * @description When its hold ends, until when it waits; null: it is firm.
             * @example null
             */
            expiresAt: string | null;
        };
        BackorderPageBody: {
            items: components["schemas"]["BackorderBody"][];
            /**
             * @description The cursor for `after`; null at the end.
             * @example null
             */
            next: number | null;
        };
        ProtectionBody: {
            /**
             * @description Orders of this channel may take these units; null: nobody may, they are safety stock.
             * @example web
             */
            channel: string | null;
            /**
             * @description The last free units of the product, as many as these.
             * @example 10
             */
            quantity: number;
            /**
             * Format: date
             * @description The last day on which it holds, in `TIME_ZONE`; null: until it is taken back.
             * @example 2026-12-31
             */
            until: string | null;
        };
        PolicyBody: {
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Which batches are taken first of those that are available on the same day: `eta` by their references, `fefo` those that expire first, `fifo` those that came first, `lifo` those that came last. Stock on hand always comes before inbound stock, and an earlier date before a later one.
             * @example fefo
             * @enum {string}
             */
            preference: "eta" | "fefo" | "fifo" | "lifo";
            /**
             * @description In which order waiting lines get units that become free. `first-fit`: higher priority first, then the oldest, and a line that they do not meet is passed over. `strict`: in this order, but nobody overtakes the head of the queue: what is free stays reserved for it until it can be met, and new lines wait or are refused meanwhile. `fair-share`: one line of each channel in turn; lines of no channel are one channel.
             * @example first-fit
             * @enum {string}
             */
            backorders: "first-fit" | "strict" | "fair-share";
            /**
             * @description Days that units have to keep after the day on which they are needed: a batch is passed over if its `bestBefore` is earlier.
             * @example 10
             */
            minimumShelfLifeDays: number;
            /** @description Units that only one channel may take, or nobody. */
            protections: components["schemas"]["ProtectionBody"][];
        };
        WantedProtectionBody: {
            /**
             * @description Orders of this channel may take these units; null: nobody may, they are safety stock.
             * @example web
             */
            channel: string | null;
            /**
             * @description The last free units of the product, as many as these.
             * @example 10
             */
            quantity: number;
            /**
             * Format: date
             * @description The last day on which it holds, in `TIME_ZONE`; null: until it is taken back.
             * @example 2026-12-31
             */
            until?: string | null;
        };
        PutPolicyBody: {
            /**
             * @description Which batches are taken first of those that are available on the same day: `eta` by their references, `fefo` those that expire first, `fifo` those that came first, `lifo` those that came last. Stock on hand always comes before inbound stock, and an earlier date before a later one. Left out: `eta`.
             * @example fefo
             * @enum {string}
             */
            preference?: "eta" | "fefo" | "fifo" | "lifo";
            /**
             * @description In which order waiting lines get units that become free. `first-fit`: higher priority first, then the oldest, and a line that they do not meet is passed over. `strict`: in this order, but nobody overtakes the head of the queue: what is free stays reserved for it until it can be met, and new lines wait or are refused meanwhile. `fair-share`: one line of each channel in turn; lines of no channel are one channel. Left out: `first-fit`.
             * @example first-fit
             * @enum {string}
             */
            backorders?: "first-fit" | "strict" | "fair-share";
            /**
             * @description Days that units have to keep after the day on which they are needed: a batch is passed over if its `bestBefore` is earlier. Left out: 0.
             * @example 10
             */
            minimumShelfLifeDays?: number;
            /** @description Units that only one channel may take, or nobody. Left out: none. */
            protections?: components["schemas"]["WantedProtectionBody"][];
        };
        PriorityRangeBody: {
            /**
             * @description Left out: 0.
             * @example 7
             */
            min?: number;
            /**
             * @description Left out: 9.
             * @example 9
             */
            max?: number;
        };
        SegmentMatchBody: {
            /**
             * @description That of the order; null: it has none.
             * @example web
             */
            channel?: string | null;
            /** @description From the lowest to the highest priority. */
            priority?: components["schemas"]["PriorityRangeBody"];
            /**
             * @description Whether a line claims its units or waits for them, before the run.
             * @example backordered
             * @enum {string}
             */
            state?: "allocated" | "backordered";
            /** @description The lines of these orders. */
            orderIds?: string[];
        };
        SegmentBody: {
            /** @description Lines that meet all of it; `{}`: every line. A line belongs to the first segment that it matches. */
            match: components["schemas"]["SegmentMatchBody"];
            /**
             * @description `win`: gets all of its units as early as they can be had, also those of lines that redistribute, fill or lose. `gain`: keeps at least what it has. `redistribute`: is placed anew, and may gain or lose. `fill`: keeps its units unless a line before it needs them; gets others only if they are left. `lose`: gives up its units, and gets what nobody before it wanted.
             * @example win
             * @enum {string}
             */
            strategy: "win" | "gain" | "redistribute" | "fill" | "lose";
        };
        ReallocateBody: {
            /** @description Which lines are treated how. Lines that match none keep what they have. */
            segments: components["schemas"]["SegmentBody"][];
            /**
             * @description Whether only to say what would happen. Left out: no.
             * @example true
             */
            simulate?: boolean;
        };
        SegmentResultBody: {
            /**
             * @description What was done with its lines.
             * @example win
             * @enum {string}
             */
            strategy: "win" | "gain" | "redistribute" | "fill" | "lose";
            /**
             * @description Lines that belong to it.
             * @example 12
             */
            lines: number;
            /**
             * @description Of these, the lines that have other units than before.
             * @example 3
             */
            changed: number;
            /**
             * @description Of these, the lines that have no units by the end.
             * @example 0
             */
            short: number;
        };
        PlacedUnitsBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * Format: date
             * @description The day an inbound batch is due; null if it is on hand.
             * @example 2026-09-01
             */
            eta: string | null;
        };
        LinePlaceBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * Format: date
             * @description The day an inbound batch is due; null if it is on hand.
             * @example 2026-09-01
             */
            eta: string | null;
            /** @description What the line claims of each batch; left out if one batch holds it. */
            claims?: components["schemas"]["PlacedUnitsBody"][];
        };
        ReallocatedLineBody: {
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /**
             * @description The place of its segment in the list, from 0; null: it matches none, waited, and got what they left.
             * @example 0
             */
            segment: number | null;
            /**
             * @description That of its segment.
             * @example win
             * @enum {string|null}
             */
            strategy: "win" | "gain" | "redistribute" | "fill" | "lose" | null;
            /**
             * @description It had nothing and has its units (`gained`), has them on another day (`earlier`, `later`) or from other batches (`moved`), or has lost them, and waits (`backordered`) or does not (`deallocated`).
             * @example gained
             * @enum {string}
             */
            outcome: "gained" | "earlier" | "moved" | "later" | "backordered" | "deallocated";
            /**
             * @description Whether its segment decided that, or it waited and the segments left the units.
             * @example reallocation-run
             * @enum {string}
             */
            reason: "reallocation-run" | "units-left";
            /** @description What it claimed; null: nothing, it waited. */
            before: components["schemas"]["LinePlaceBody"] | null;
            /** @description What it claims; null: nothing, it has lost that. */
            after: components["schemas"]["LinePlaceBody"] | null;
        };
        ReallocationBody: {
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Whether nothing has changed, and this is what would.
             * @example false
             */
            simulated: boolean;
            /** @description In the order in which they were given. */
            segments: components["schemas"]["SegmentResultBody"][];
            /** @description Every line that has other units than before, in the order of allocation. */
            lines: components["schemas"]["ReallocatedLineBody"][];
        };
        SimulatedOrderBody: {
            /** @description The lines of the order, each SKU once. */
            lines: components["schemas"]["WantedLineBody"][];
            /**
             * @description If a line does not fit: `refuse` the whole order, `skip` that line, or let it wait: `backorder`. Units that become free go to the lines that wait, higher priority first, then the oldest. Left out: `refuse`.
             * @example refuse
             * @enum {string}
             */
            whenShort?: "refuse" | "skip" | "backorder";
            /**
             * @description Makes it a hold that ends after so many seconds. Left out: the order is firm.
             * @example 900
             */
            expiresInSeconds?: number;
            /**
             * @description Lines of a higher priority are the first to get units that they wait for, and the last to leave a batch that shrinks. Left out: 5.
             * @example 5
             */
            priority?: number;
            /**
             * @description Whether the order leaves as a whole only.
             * @example false
             */
            shipComplete?: boolean;
            /**
             * @description Where the order comes from.
             * @example web
             */
            channel?: string;
            /**
             * @description Only batches at these places: the first that can meet the whole order, otherwise each line by this order.
             * @example [
             *       "main"
             *     ]
             */
            locations?: string[];
            /**
             * @description Whether to open a cancelled order again.
             * @example false
             */
            reopen?: boolean;
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
        };
        SimulatedRegistrationBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            reference: string;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * Format: date
             * @description The day an inbound batch is due; null if it is on hand.
             * @example 2026-09-01
             */
            eta?: string | null;
        };
        SimulatedQuantityBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            reference: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
        };
        SimulatedDateBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            reference: string;
            /**
             * Format: date
             * @description The new date; null if the batch has arrived.
             * @example 2026-09-01
             */
            eta: string | null;
        };
        SimulatedReceiptBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * @description Units that have come and are in order.
             * @example 10
             */
            quantity: number;
            /**
             * @description Units that have come and are of no use: they do not come again.
             * @example 1
             */
            rejected?: number;
            /**
             * @description Whether the rest will not come.
             * @example false
             */
            final?: boolean;
            /**
             * @description The name that the caller gives it: the same again changes nothing.
             * @example receipt-7
             */
            receiptId: string;
        };
        SimulatedShipmentBody: {
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /** @description What leaves, each SKU once. Left out: everything of the order that is on hand. */
            lines?: components["schemas"]["WantedShipmentBody"][];
            /**
             * @description The name that the caller gives it: the same again changes nothing.
             * @example shipment-7
             */
            shipmentId: string;
        };
        SimulatedPolicyBody: {
            /**
             * @description Which batches are taken first of those that are available on the same day: `eta` by their references, `fefo` those that expire first, `fifo` those that came first, `lifo` those that came last. Stock on hand always comes before inbound stock, and an earlier date before a later one. Left out: `eta`.
             * @example fefo
             * @enum {string}
             */
            preference?: "eta" | "fefo" | "fifo" | "lifo";
            /**
             * @description In which order waiting lines get units that become free. `first-fit`: higher priority first, then the oldest, and a line that they do not meet is passed over. `strict`: in this order, but nobody overtakes the head of the queue: what is free stays reserved for it until it can be met, and new lines wait or are refused meanwhile. `fair-share`: one line of each channel in turn; lines of no channel are one channel. Left out: `first-fit`.
             * @example first-fit
             * @enum {string}
             */
            backorders?: "first-fit" | "strict" | "fair-share";
            /**
             * @description Days that units have to keep after the day on which they are needed: a batch is passed over if its `bestBefore` is earlier. Left out: 0.
             * @example 10
             */
            minimumShelfLifeDays?: number;
            /** @description Units that only one channel may take, or nobody. Left out: none. */
            protections?: components["schemas"]["WantedProtectionBody"][];
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
        };
        StepBody: {
            /** @description `PUT /v1/orders/{orderId}` */
            order?: components["schemas"]["SimulatedOrderBody"];
            /** @description `POST /v1/allocations` */
            allocate?: components["schemas"]["AllocateLineBody"];
            /** @description `POST /v1/batches` */
            register?: components["schemas"]["SimulatedRegistrationBody"];
            /** @description `PATCH /v1/batches/{reference}` with `quantity` */
            changeQuantity?: components["schemas"]["SimulatedQuantityBody"];
            /** @description `PATCH /v1/batches/{reference}` with `eta` */
            reschedule?: components["schemas"]["SimulatedDateBody"];
            /** @description `PUT /v1/receipts/{receiptId}` */
            receive?: components["schemas"]["SimulatedReceiptBody"];
            /** @description `PUT /v1/shipments/{shipmentId}` */
            ship?: components["schemas"]["SimulatedShipmentBody"];
            /** @description `PUT /v1/products/{sku}/policy` */
            policy?: components["schemas"]["SimulatedPolicyBody"];
        };
        SimulateBody: {
            /** @description Calls in their order, each with one field: the name of the call. */
            steps: components["schemas"]["StepBody"][];
        };
        SimulatedEventBody: {
            /**
             * @description As in `GET /v1/events`.
             * @example LineReallocated
             */
            type: string;
            /**
             * @description The version of the event's schema.
             * @example 1
             */
            version: number;
            /**
             * @description The SKU.
             * @example SMALL-TABLE
             */
            key: string;
            /**
             * @description The facts of the event, as in `GET /v1/events`.
             * @example {
             *       "orderId": "order-7",
             *       "sku": "SMALL-TABLE",
             *       "quantity": 10,
             *       "batchReference": "PO-2032"
             *     }
             */
            data: {
                [key: string]: unknown;
            };
        };
        SimulatedStepBody: {
            /**
             * @description The status that the call would have.
             * @example 201
             */
            status: number;
            /**
             * @description What the call would answer; left out if it would be refused.
             * @example {
             *       "orderId": "order-8",
             *       "sku": "SMALL-TABLE",
             *       "quantity": 10,
             *       "batchReference": "PO-2031",
             *       "eta": "2027-03-31",
             *       "overdue": false,
             *       "expectedDate": "2027-03-31"
             *     }
             */
            body?: components["schemas"]["AllocationBody"] | components["schemas"]["OrderBody"] | components["schemas"]["ReceiptBody"] | components["schemas"]["ShipmentBody"] | components["schemas"]["PolicyBody"] | components["schemas"]["BatchBody"];
            /** @description Why the call would be refused. */
            problem?: components["schemas"]["Problem"];
            /** @description What would be published, in this order. */
            events: components["schemas"]["SimulatedEventBody"][];
        };
        ChangedLineBody: {
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /** @description What the line claims now; null: nothing. */
            before: components["schemas"]["LinePlaceBody"] | null;
            /** @description What it would claim; null: nothing, since it has lost its claim, is given back, or has left. */
            after: components["schemas"]["LinePlaceBody"] | null;
        };
        SimulationBody: {
            /** @description One for each step, in their order. */
            steps: components["schemas"]["SimulatedStepBody"][];
            /** @description Every line that would claim other units, or of which they would come on another day. */
            changedLines: components["schemas"]["ChangedLineBody"][];
            /**
             * @description Whether more lines would change: of a batch that gets another date, 10,000 lines are looked at.
             * @example false
             */
            more: boolean;
        };
        PromisedClaimBody: {
            /**
             * @description The reference under which a batch was bought.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * Format: date
             * @description The day an inbound batch is due; null if it is on hand.
             * @example 2026-09-01
             */
            eta: string | null;
        };
        PromisedLineBody: {
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units that the line claims.
             * @example 10
             */
            quantity: number;
            /** @description What it claims of each batch. */
            claims: components["schemas"]["PromisedClaimBody"][];
            /**
             * Format: date
             * @description The day that was promised first; null: at once.
             * @example 2026-09-01
             */
            promisedDate: string | null;
            /**
             * Format: date
             * @description The day it is expected; null if it is on hand, or overdue and so without a known date.
             * @example 2026-09-01
             */
            expectedDate: string | null;
            /**
             * @description Whether that day has passed and the batch has not arrived.
             * @example false
             */
            overdue: boolean;
            /**
             * Format: date
             * @description The last day on which its units may come; null: any day.
             * @example 2026-09-01
             */
            neededBy: string | null;
            /**
             * @description Whether the line is expected after it was promised, or after it is needed.
             * @example false
             */
            late: boolean;
        };
        PromisePageBody: {
            items: components["schemas"]["PromisedLineBody"][];
            /**
             * @description The cursor for `after`; null at the end.
             * @example null
             */
            next: string | null;
        };
        NotificationBody: {
            /**
             * @description The cursor into the list: strictly increasing, with gaps.
             * @example 7
             */
            position: number;
            /**
             * Format: uuid
             * @description The id of the alert; also the `mailId` if it is the first or only alert in its mail.
             * @example 3f0c2a52-9d0f-4d53-8f4e-0f6f6f5b8c11
             */
            id: string;
            /**
             * @description The SKU has run short; more lines were refused in the quiet period; stock has come; order lines lost their batch; a batch comes later than it was to come and lines wait for it; the date of a batch has passed and lines wait for it. More kinds may be added.
             * @example out-of-stock
             * @enum {string}
             */
            kind: "out-of-stock" | "still-out-of-stock" | "restocked" | "lost-promises" | "late" | "overdue";
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description The batch that lost promises, is late or is overdue; null for the other kinds.
             * @example null
             */
            batchReference: string | null;
            /**
             * Format: uuid
             * @description The mail that contains the alert: its Message-ID begins with it, at every attempt. null while the alert waits for the next mail.
             * @example 3f0c2a52-9d0f-4d53-8f4e-0f6f6f5b8c11
             */
            mailId: string | null;
            /**
             * Format: email
             * @description The recipient; `hidden@earmark.invalid` for callers without the scope `notifications:read` or `admin`.
             * @example stock@example.com
             */
            to: string;
            /** @example Out of stock: SMALL-TABLE */
            subject: string;
            /**
             * @example 1 order line was refused because SMALL-TABLE was out of stock: 10 units were asked for in all.
             *     The largest batch has 3 available.
             */
            text: string;
            /**
             * Format: date-time
             * @example 2026-08-01T09:30:00.000Z
             */
            createdAt: string;
            /**
             * @description `pending`: waits or is being sent; `sent`: the mail server accepted it; `refused`: the mail server rejected it permanently.
             * @example sent
             * @enum {string}
             */
            state: "pending" | "sent" | "refused";
            /**
             * @description Attempts to send its mail.
             * @example 1
             */
            attempts: number;
            /**
             * Format: date-time
             * @description When the mail server took it; null if it has not.
             * @example 2026-08-01T09:30:01.000Z
             */
            sentAt: string | null;
            /**
             * @description Why it was not sent; callers with the scope `admin` see the answer of the mail server.
             * @example null
             */
            error: string | null;
        };
        NotificationPageBody: {
            items: components["schemas"]["NotificationBody"][];
            /**
             * @description The cursor for `after`; null at the end.
             * @example null
             */
            next: number | null;
        };
        LostPromiseBody: {
            /**
             * @description The cursor into the list: the position of the event that reports it.
             * @example 42
             */
            position: number;
            /**
             * @description The order.
             * @example order-7
             */
            orderId: string;
            /**
             * @description The stock-keeping unit: the code of a product.
             * @example SMALL-TABLE
             */
            sku: string;
            /**
             * @description Units of the product.
             * @example 10
             */
            quantity: number;
            /**
             * @description The batch that the line lost.
             * @example PO-2031
             */
            batchReference: string;
            /**
             * Format: date-time
             * @example 2026-08-01T09:30:00.000Z
             */
            lostAt: string;
            /**
             * Format: date-time
             * @description When its alert was written; null until the quiet period is over.
             * @example 2026-08-01T09:30:01.000Z
             */
            reportedAt: string | null;
        };
        LostPromisePageBody: {
            items: components["schemas"]["LostPromiseBody"][];
            /**
             * @description The cursor for `after`; null at the end.
             * @example null
             */
            next: number | null;
        };
        AuditEntryBody: {
            /**
             * @description The cursor: strictly increasing, with gaps.
             * @example 7
             */
            position: number;
            /**
             * Format: date-time
             * @example 2026-08-01T09:30:00.000Z
             */
            occurredAt: string;
            /**
             * @description Later versions may add more.
             * @example key-created
             * @enum {string}
             */
            type: "key-created" | "key-first-used" | "key-revoked" | "event-retried" | "event-discarded" | "read-model-rebuilt" | "dead-letter-retried" | "dead-letter-discarded" | "migration-applied" | "migration-reverted";
            /**
             * @description Who did it: the name of a key, or the user of the operating system that ran the process.
             * @example alice
             */
            actor: string;
            /**
             * @description `operator`: the command line; `service`: the service by itself.
             * @example operator
             * @enum {string}
             */
            actorKind: "key" | "token" | "loopback" | "operator" | "service";
            /**
             * @description What they acted on: the name of a key, a subscription, the id of a dead letter, a migration.
             * @example web-shop
             */
            subject: string;
            /**
             * @description Further facts, which depend on the type.
             * @example {
             *       "keyId": "0a1b2c3d4e5f6071",
             *       "scopes": [
             *         "read"
             *       ]
             *     }
             */
            details: {
                [key: string]: unknown;
            };
        };
        AuditPageBody: {
            items: components["schemas"]["AuditEntryBody"][];
            /**
             * @description The cursor for `after`; null at the end.
             * @example null
             */
            next: number | null;
        };
        /** @description Something that has happened. Ignore a type or a version that you do not know: a newer release may have written it. */
        EventBody: {
            /**
             * @description The cursor into the log: strictly increasing, with gaps.
             * @example 42
             */
            position: number;
            /**
             * Format: uuid
             * @description The id of the event.
             * @example 0b0d5ec8-6a5b-4c6e-9f5d-3f1a54f1a2c7
             */
            id: string;
            /**
             * @description What has happened.
             * @example LineAllocated
             */
            type: string;
            /**
             * @description The version of this type's data.
             * @example 1
             */
            version: number;
            /**
             * @description The SKU: events of one key are in order.
             * @example SMALL-TABLE
             */
            key: string;
            /**
             * Format: date-time
             * @description When, by the clock of the instance that did it.
             * @example 2026-08-01T09:30:00.000Z
             */
            occurredAt: string;
            /**
             * @description The chain of events to which it belongs.
             * @example c1a7
             */
            correlationId: string;
            /**
             * Format: uuid
             * @description The event that caused it; null if a call did.
             * @example null
             */
            causationId: string | null;
            /**
             * @description Who did it: the name of the API key, the subject of the token, `loopback` while access control is off, the file of an import (`stdin` without one), the channel of a message, or the user of the operating system that runs the command line or, for what it does by itself, the service. An event that another one caused has its actor. Null if the event was stored before actors were.
             * @example web-shop
             */
            actor: string | null;
            /**
             * @description The facts, which depend on the type.
             * @example {
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                [key: string]: unknown;
            };
        } & (components["schemas"]["BackorderEndedEvent"] | components["schemas"]["BatchLotChangedEvent"] | components["schemas"]["BatchMovedEvent"] | components["schemas"]["BatchOverdueEvent"] | components["schemas"]["BatchQuantityChangedEvent"] | components["schemas"]["BatchReceivedEvent"] | components["schemas"]["BatchRegisteredEvent"] | components["schemas"]["BatchRescheduledEvent"] | components["schemas"]["LineAllocatedEvent"] | components["schemas"]["LineAmendedEvent"] | components["schemas"]["LineBackorderedEvent"] | components["schemas"]["LineDeallocatedEvent"] | components["schemas"]["LineHeldEvent"] | components["schemas"]["LineReallocatedEvent"] | components["schemas"]["LineReleasedEvent"] | components["schemas"]["LineReturnedEvent"] | components["schemas"]["LineShippedEvent"] | components["schemas"]["OutOfStockEvent"] | components["schemas"]["PolicyChangedEvent"] | components["schemas"]["PromisesChangedEvent"] | components["schemas"]["ShipmentCancelledEvent"] | components["schemas"]["StockAdjustedEvent"]);
        EventPageBody: {
            items: components["schemas"]["EventBody"][];
            /**
             * @description The cursor for `after`; null at the end.
             * @example null
             */
            next: number | null;
        };
        LagBody: {
            /**
             * @description Events that it has not read yet.
             * @example 0
             */
            events: number;
            /**
             * @description Age of the oldest of them in seconds.
             * @example 0
             */
            seconds: number;
        };
        SubscriptionBody: {
            /** @example allocation.stock */
            name: string;
            /**
             * @description Every event up to here is handled or parked.
             * @example 42
             */
            position: number;
            lag: components["schemas"]["LagBody"];
            /**
             * @description Parked events, which wait for an operator.
             * @example 0
             */
            parked: number;
            /**
             * @description Why the newest parked event has failed.
             * @example null
             */
            lastError: string | null;
        };
        SubscriptionsBody: {
            items: components["schemas"]["SubscriptionBody"][];
        };
        HealthBody: {
            /** @example ok */
            status: string;
        };
        /** @description A line waits no longer, and has got nothing. */
        BackorderEndedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "BackorderEnded";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "orderId": "order-7",
             *       "productVersion": 7,
             *       "quantity": 10,
             *       "reason": "cancelled",
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                orderId: string;
                productVersion: number;
                quantity: number;
                /** @enum {string} */
                reason: "cancelled" | "expired" | "released" | "replaced";
                sku: string;
            };
        };
        /** @description What is known of a batch beside its units and its date: where it is, the last day on which its units can be used (`YYYY-MM-DD`, null if they keep), and whether it is blocked, so that nothing new is claimed from it. */
        BatchLotChangedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "BatchLotChanged";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "bestBefore": null,
             *       "blocked": false,
             *       "location": "location",
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                batchReference: string;
                bestBefore: null | string;
                blocked: boolean;
                location: string;
                sku: string;
            };
        };
        /** @description A batch has been moved to another place, while nobody claimed any of its units: the feature that keeps claims takes part in the transaction, and refuses the move otherwise. */
        BatchMovedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "BatchMoved";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "location": "location",
             *       "previousLocation": "previousLocation",
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                batchReference: string;
                location: string;
                previousLocation: string;
                sku: string;
            };
        };
        /** @description The `eta` of a batch has passed, it has not arrived, and `lines` order lines wait for `units` units of it. Published once for each `eta` that passes while lines wait. `eta` is the date (`YYYY-MM-DD`) that has passed, in the service's `TIME_ZONE`. */
        BatchOverdueEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "BatchOverdue";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "eta": "2026-09-01",
             *       "lines": 1,
             *       "productVersion": 7,
             *       "sku": "SMALL-TABLE",
             *       "units": 10
             *     }
             */
            data: {
                batchReference: string;
                /** Format: date */
                eta: string;
                lines: number;
                productVersion: number;
                sku: string;
                units: number;
            };
        };
        /** @description The quantity of a batch has changed to `quantity` units. `previousQuantity` is out of the range of quantities if the change corrects what a receipt and an earlier change, which crossed it, had left: then no units come or go. */
        BatchQuantityChangedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "BatchQuantityChanged";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "previousQuantity": 12,
             *       "quantity": 10,
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                batchReference: string;
                previousQuantity: number;
                quantity: number;
                sku: string;
            };
        };
        /** @description Goods of a batch have come: `quantity` units in order and `rejected` ones. `overReceived` of them came beyond those that were outstanding; `missing` units will not come. `onHand` and `outstanding` are the batch's figures after it. */
        BatchReceivedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "BatchReceived";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "missing": 1,
             *       "onHand": 1,
             *       "outstanding": 1,
             *       "overReceived": 1,
             *       "productVersion": 7,
             *       "quantity": 10,
             *       "receiptId": "receiptId",
             *       "rejected": 1,
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                batchReference: string;
                missing: number;
                onHand: number;
                outstanding: number;
                overReceived: number;
                productVersion: number;
                quantity: number;
                receiptId: string;
                rejected: number;
                sku: string;
            };
        };
        /** @description A quantity of one SKU was bought. `eta` is a date (`YYYY-MM-DD`), or null for stock on hand. `location` is left out for `main`, `bestBefore` (the last day on which the units can be used) if they keep, `blocked` if it is not blocked from the beginning. The feature that promises the units takes part in the transaction: from its commit on they can be promised. */
        BatchRegisteredEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "BatchRegistered";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "bestBefore": "bestBefore",
             *       "blocked": false,
             *       "eta": "2026-09-01",
             *       "location": "location",
             *       "quantity": 10,
             *       "sku": "SMALL-TABLE",
             *       "supplier": "supplier"
             *     }
             */
            data: {
                batchReference: string;
                bestBefore?: string;
                blocked?: boolean;
                /** Format: date */
                eta: null | string;
                location?: string;
                quantity: number;
                sku: string;
                supplier?: string;
            };
        };
        /** @description The date of a batch has changed; `eta` null says that it has arrived. */
        BatchRescheduledEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "BatchRescheduled";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "eta": "2026-09-01",
             *       "previousEta": "2026-08-01",
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                batchReference: string;
                /** Format: date */
                eta: null | string;
                /** Format: date */
                previousEta: null | string;
                sku: string;
            };
        };
        /** @description All units of a line were promised to `batchReference`. `passedOver` names up to five batches that it would have preferred. A line that is split over several batches has its `claims` on each; `batchReference` is then the one that comes last. `from: hold` says that the line had the units already, as a hold; `from: backorder` that it has waited for them; with `reason: reallocation-run`, a run gave them to it, by the `strategy` of its segment. */
        LineAllocatedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "LineAllocated";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "claims": [
             *         {
             *           "batchReference": "PO-2031",
             *           "eta": "2026-09-01",
             *           "quantity": 10
             *         }
             *       ],
             *       "eta": "2026-09-01",
             *       "from": "backorder",
             *       "orderId": "order-7",
             *       "passedOver": [
             *         {
             *           "batchReference": "PO-2031",
             *           "reason": "after-needed-by"
             *         }
             *       ],
             *       "productVersion": 7,
             *       "quantity": 10,
             *       "reason": "reallocation-run",
             *       "sku": "SMALL-TABLE",
             *       "strategy": "fill"
             *     }
             */
            data: {
                batchReference: string;
                claims?: {
                    batchReference: string;
                    /** Format: date */
                    eta: null | string;
                    quantity: number;
                }[];
                /** Format: date */
                eta: null | string;
                /** @enum {string} */
                from?: "backorder" | "hold";
                orderId: string;
                passedOver?: {
                    batchReference: string;
                    /** @enum {string} */
                    reason: "after-needed-by" | "blocked" | "expired" | "later" | "other-location" | "too-small";
                }[];
                productVersion: number;
                quantity: number;
                /** @enum {string} */
                reason?: "reallocation-run";
                sku: string;
                /** @enum {string} */
                strategy?: "fill" | "gain" | "lose" | "redistribute" | "win";
            };
        };
        /** @description A line asks for another quantity, or its claims changed with its order: it has `claims` instead of `previousClaims`. `from` says that it is a hold. */
        LineAmendedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "LineAmended";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "claims": [
             *         {
             *           "batchReference": "PO-2031",
             *           "quantity": 10
             *         }
             *       ],
             *       "eta": "2026-09-01",
             *       "from": "hold",
             *       "orderId": "order-7",
             *       "previousClaims": [
             *         {
             *           "batchReference": "PO-2031",
             *           "quantity": 10
             *         }
             *       ],
             *       "previousQuantity": 12,
             *       "productVersion": 7,
             *       "quantity": 10,
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                batchReference: string;
                claims: {
                    batchReference: string;
                    quantity: number;
                }[];
                /** Format: date */
                eta: null | string;
                /** @enum {string} */
                from?: "hold";
                orderId: string;
                previousClaims: {
                    batchReference: string;
                    quantity: number;
                }[];
                previousQuantity: number;
                productVersion: number;
                quantity: number;
                sku: string;
            };
        };
        /** @description A line waits for its units, or waits on other terms. `reason`: it did not fit (`short`), its batch shrank and no other could hold it (`batch-shrunk`), a reallocation run took its units (`reallocation-run`, by the `strategy` of its segment), or it waits already and was `amended`. What it claimed until now, and has given back, are its `previousClaims`; `from` says that they were a hold. With `expiresAt`, it waits until then only. */
        LineBackorderedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "LineBackordered";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "expiresAt": null,
             *       "from": "hold",
             *       "neededBy": null,
             *       "orderId": "order-7",
             *       "previousClaims": [
             *         {
             *           "batchReference": "PO-2031",
             *           "quantity": 10
             *         }
             *       ],
             *       "previousQuantity": 12,
             *       "priority": 1,
             *       "productVersion": 7,
             *       "quantity": 10,
             *       "reason": "amended",
             *       "sku": "SMALL-TABLE",
             *       "split": false,
             *       "strategy": "fill"
             *     }
             */
            data: {
                expiresAt: null | string;
                /** @enum {string} */
                from?: "hold";
                neededBy: null | string;
                orderId: string;
                previousClaims?: {
                    batchReference: string;
                    quantity: number;
                }[];
                previousQuantity?: number;
                priority: number;
                productVersion: number;
                quantity: number;
                /** @enum {string} */
                reason: "amended" | "batch-shrunk" | "reallocation-run" | "short";
                sku: string;
                split: boolean;
                /** @enum {string} */
                strategy?: "fill" | "gain" | "lose" | "redistribute" | "win";
            };
        };
        /** @description A line gave back its claim on `batchReference`, or its `claims` on several batches. With `reason: reallocation-run`, a run took them, by the `strategy` of its segment. */
        LineDeallocatedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "LineDeallocated";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "claims": [
             *         {
             *           "batchReference": "PO-2031",
             *           "quantity": 10
             *         }
             *       ],
             *       "orderId": "order-7",
             *       "productVersion": 7,
             *       "quantity": 10,
             *       "reason": "batch-shrunk",
             *       "sku": "SMALL-TABLE",
             *       "strategy": "fill"
             *     }
             */
            data: {
                batchReference: string;
                claims?: {
                    batchReference: string;
                    quantity: number;
                }[];
                orderId: string;
                productVersion: number;
                quantity: number;
                /** @enum {string} */
                reason: "batch-shrunk" | "cancelled" | "reallocation-run";
                sku: string;
                /** @enum {string} */
                strategy?: "fill" | "gain" | "lose" | "redistribute" | "win";
            };
        };
        /** @description All units of a line are held until `expiresAt`. `from: hold` says that the line had the units already, as a hold that was to end at another time; `from: backorder` that it has waited for them. */
        LineHeldEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "LineHeld";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "claims": [
             *         {
             *           "batchReference": "PO-2031",
             *           "eta": "2026-09-01",
             *           "quantity": 10
             *         }
             *       ],
             *       "eta": "2026-09-01",
             *       "expiresAt": "expiresAt",
             *       "from": "backorder",
             *       "orderId": "order-7",
             *       "passedOver": [
             *         {
             *           "batchReference": "PO-2031",
             *           "reason": "after-needed-by"
             *         }
             *       ],
             *       "productVersion": 7,
             *       "quantity": 10,
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                batchReference: string;
                claims?: {
                    batchReference: string;
                    /** Format: date */
                    eta: null | string;
                    quantity: number;
                }[];
                /** Format: date */
                eta: null | string;
                expiresAt: string;
                /** @enum {string} */
                from?: "backorder" | "hold";
                orderId: string;
                passedOver?: {
                    batchReference: string;
                    /** @enum {string} */
                    reason: "after-needed-by" | "blocked" | "expired" | "later" | "other-location" | "too-small";
                }[];
                productVersion: number;
                quantity: number;
                sku: string;
            };
        };
        /** @description A line moved to `batchReference`. `from` says that it is a hold; `strategy` is that of its segment in a reallocation run. */
        LineReallocatedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "LineReallocated";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "claims": [
             *         {
             *           "batchReference": "PO-2031",
             *           "eta": "2026-09-01",
             *           "quantity": 10
             *         }
             *       ],
             *       "eta": "2026-09-01",
             *       "from": "hold",
             *       "orderId": "order-7",
             *       "passedOver": [
             *         {
             *           "batchReference": "PO-2031",
             *           "reason": "after-needed-by"
             *         }
             *       ],
             *       "previousBatchReference": "PO-2030",
             *       "previousClaims": [
             *         {
             *           "batchReference": "PO-2031",
             *           "quantity": 10
             *         }
             *       ],
             *       "productVersion": 7,
             *       "quantity": 10,
             *       "reason": "batch-shrunk",
             *       "sku": "SMALL-TABLE",
             *       "strategy": "fill"
             *     }
             */
            data: {
                batchReference: string;
                claims?: {
                    batchReference: string;
                    /** Format: date */
                    eta: null | string;
                    quantity: number;
                }[];
                /** Format: date */
                eta: null | string;
                /** @enum {string} */
                from?: "hold";
                orderId: string;
                passedOver?: {
                    batchReference: string;
                    /** @enum {string} */
                    reason: "after-needed-by" | "blocked" | "expired" | "later" | "other-location" | "too-small";
                }[];
                previousBatchReference: string;
                previousClaims?: {
                    batchReference: string;
                    quantity: number;
                }[];
                productVersion: number;
                quantity: number;
                /** @enum {string} */
                reason: "batch-shrunk" | "reallocation-run";
                sku: string;
                /** @enum {string} */
                strategy?: "fill" | "gain" | "lose" | "redistribute" | "win";
            };
        };
        /** @description A hold ended without being confirmed, and its units are free. */
        LineReleasedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "LineReleased";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "claims": [
             *         {
             *           "batchReference": "PO-2031",
             *           "quantity": 10
             *         }
             *       ],
             *       "orderId": "order-7",
             *       "productVersion": 7,
             *       "quantity": 10,
             *       "reason": "batch-shrunk",
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                batchReference: string;
                claims?: {
                    batchReference: string;
                    quantity: number;
                }[];
                orderId: string;
                productVersion: number;
                quantity: number;
                /** @enum {string} */
                reason: "batch-shrunk" | "expired" | "released" | "replaced";
                sku: string;
            };
        };
        /** @description Units of a line came back: `restock` can be promised again, `scrap` is of no use. */
        LineReturnedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "LineReturned";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "claims": [
             *         {
             *           "batchReference": "PO-2031",
             *           "quantity": 10
             *         }
             *       ],
             *       "disposition": "restock",
             *       "orderId": "order-7",
             *       "productVersion": 7,
             *       "quantity": 10,
             *       "reason": "reason",
             *       "returnId": "returnId",
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                claims: {
                    batchReference: string;
                    quantity: number;
                }[];
                /** @enum {string} */
                disposition: "restock" | "scrap";
                orderId: string;
                productVersion: number;
                quantity: number;
                reason?: string;
                returnId: string;
                sku: string;
            };
        };
        /** @description Units of a line have left: they are neither on hand nor claimed any more. */
        LineShippedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "LineShipped";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "claims": [
             *         {
             *           "batchReference": "PO-2031",
             *           "quantity": 10
             *         }
             *       ],
             *       "orderId": "order-7",
             *       "productVersion": 7,
             *       "quantity": 10,
             *       "shipmentId": "shipmentId",
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                claims: {
                    batchReference: string;
                    quantity: number;
                }[];
                orderId: string;
                productVersion: number;
                quantity: number;
                shipmentId: string;
                sku: string;
            };
        };
        /** @description Lines of one SKU fitted in no batch: `refusals` lines that asked for `units` units in all, while the largest batch had `available`. Refusals of one transaction share one event. */
        OutOfStockEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "OutOfStock";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "available": 3,
             *       "productVersion": 7,
             *       "refusals": 1,
             *       "sku": "SMALL-TABLE",
             *       "units": 10
             *     }
             */
            data: {
                available: number;
                productVersion: number;
                refusals: number;
                sku: string;
                units: number;
            };
        };
        /** @description Who gets the units of a product was set: which batches are taken first of those that are available on the same day (`preference`), how many days units have to keep (`minimumShelfLifeDays`), in which order the lines that wait for it get units (`backorders`), and how many of the last free units only one channel may take, or nobody (`channel` null), up to and including the day `until`. */
        PolicyChangedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "PolicyChanged";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "backorders": "fair-share",
             *       "minimumShelfLifeDays": 1,
             *       "preference": "eta",
             *       "productVersion": 7,
             *       "protections": [
             *         {
             *           "channel": null,
             *           "quantity": 10,
             *           "until": null
             *         }
             *       ],
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                /** @enum {string} */
                backorders: "fair-share" | "first-fit" | "strict";
                minimumShelfLifeDays?: number;
                /** @enum {string} */
                preference?: "eta" | "fefo" | "fifo" | "lifo";
                productVersion: number;
                protections: {
                    channel: null | string;
                    quantity: number;
                    until: null | string;
                }[];
                sku: string;
            };
        };
        /** @description A batch has another date, and `lines` order lines that claim `units` units of it are expected on that date from now on: one event for all of them, which keep the dates that they were promised. `previousEta` is null if the batch counted as on hand. `orderIds` are the first of their orders, 20 at most: firm lines before holds, higher priority before lower, then the oldest. No event says that a batch has arrived: no promise is broken by that. */
        PromisesChangedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "PromisesChanged";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "batchReference": "PO-2031",
             *       "eta": "2026-09-01",
             *       "lines": 1,
             *       "orderIds": [
             *         "orderIds"
             *       ],
             *       "previousEta": "2026-08-01",
             *       "productVersion": 7,
             *       "sku": "SMALL-TABLE",
             *       "units": 10
             *     }
             */
            data: {
                batchReference: string;
                /** Format: date */
                eta: string;
                lines: number;
                orderIds?: string[];
                /** Format: date */
                previousEta: null | string;
                productVersion: number;
                sku: string;
                units: number;
            };
        };
        /** @description Units of a line have not left after all: they are on hand again and, if `isClaimed`, claimed by the line as before. They are not if the order was cancelled in between. */
        ShipmentCancelledEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "ShipmentCancelled";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "claims": [
             *         {
             *           "batchReference": "PO-2031",
             *           "quantity": 10
             *         }
             *       ],
             *       "isClaimed": false,
             *       "orderId": "order-7",
             *       "productVersion": 7,
             *       "quantity": 10,
             *       "shipmentId": "shipmentId",
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                claims: {
                    batchReference: string;
                    quantity: number;
                }[];
                isClaimed: boolean;
                orderId: string;
                productVersion: number;
                quantity: number;
                shipmentId: string;
                sku: string;
            };
        };
        /** @description Units of a batch were found (`by` is positive) or are missing. `adjustmentId` is null if nobody has counted: what was bought and what has left do not agree. */
        StockAdjustedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "StockAdjusted";
            /**
             * @example 1
             * @constant
             */
            version: 1;
            /**
             * @example {
             *       "adjustmentId": null,
             *       "batchReference": "PO-2031",
             *       "by": 1,
             *       "productVersion": 7,
             *       "reason": "reason",
             *       "sku": "SMALL-TABLE"
             *     }
             */
            data: {
                adjustmentId: null | string;
                batchReference: string;
                by: number;
                productVersion: number;
                reason: string;
                sku: string;
            };
        };
        /** @description RFC 9457. Facts of a problem are members beside the standard ones. */
        Problem: {
            /**
             * Format: uri
             * @example urn:earmark:problem:validation-failed
             */
            type: string;
            /** @example Validation failed */
            title: string;
            /** @example 400 */
            status: number;
            /** @example quantity is required. */
            detail: string;
            /**
             * Format: uri-reference
             * @description The path of the request.
             * @example /v1/batches
             */
            instance?: string;
            /** @description With `validation-failed`: the invalid fields. */
            errors?: {
                /** @example quantity */
                field: string;
                /** @example quantity is required. */
                message: string;
            }[];
        } & {
            [key: string]: unknown;
        };
    };
    responses: {
        /** @description Any other problem: unknown URL or method, a request that is too long, too slow or not supported, or a fault of the service */
        OtherProblem: {
            headers: {
                /** @description With 405: the methods of this URL. */
                Allow?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    Batches_list: {
        parameters: {
            query?: {
                /** @description The stock-keeping unit: the code of a product. */
                sku?: string;
                /** @description The cursor: `next` of the page before. */
                after?: string;
                /** @description The largest number of items to return. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the batches */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchPageBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Batches_register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterBatchBody"];
            };
        };
        responses: {
            /** @description The same registration again: the batch as it now is */
            200: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchBody"];
                };
            };
            /** @description The new batch */
            201: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    /** @description The path of the batch. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchBody"];
                };
            };
            /** @description Bad request, or Validation failed, or Malformed JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Batch conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type, or Unsupported content encoding */
            415: {
                headers: {
                    /** @description After a body with a `Content-Encoding`: the only one that is accepted. */
                    "Accept-Encoding"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Batches_find: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answer with 304 and no body if the version is still one of these. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The reference under which a batch was bought. */
                reference: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The batch as it now is */
            200: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchBody"];
                };
            };
            /** @description The caller has the current version */
            304: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown batch */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Batches_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description Go on only if the version is still this one: the `ETag` of an answer with its quotes, several of them separated by commas, or `*`. A weak tag, which some proxies send, counts as the strong one. */
                "If-Match"?: string;
            };
            path: {
                /** @description The reference under which a batch was bought. */
                reference: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeBatchBody"];
            };
        };
        responses: {
            /** @description The batch after the change */
            200: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchBody"];
                };
            };
            /** @description Bad request, or Validation failed, or Malformed JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown batch */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Batch claimed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Version mismatch */
            412: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type, or Unsupported content encoding */
            415: {
                headers: {
                    /** @description After a body with a `Content-Encoding`: the only one that is accepted. */
                    "Accept-Encoding"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Orders_find: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answer with 304 and no body if the version is still one of these. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The order. */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order as it now is */
            200: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderBody"];
                };
            };
            /** @description The caller has the current version */
            304: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown order */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Orders_put: {
        parameters: {
            query?: never;
            header?: {
                /** @description `*`: only create, and change nothing that exists. */
                "If-None-Match"?: "*";
                /** @description Go on only if the version is still this one: the `ETag` of an answer with its quotes, several of them separated by commas, or `*`. A weak tag, which some proxies send, counts as the strong one. */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutOrderBody"];
            };
        };
        responses: {
            /** @description The order as it now is */
            200: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderBody"];
                };
            };
            /** @description The new order */
            201: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderBody"];
                };
            };
            /** @description Bad request, or Validation failed, or Malformed JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Out of stock, or Order cancelled, or Order firm, or Hold expired, or Already shipped */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Version mismatch */
            412: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type, or Unsupported content encoding */
            415: {
                headers: {
                    /** @description After a body with a `Content-Encoding`: the only one that is accepted. */
                    "Accept-Encoding"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown SKU, or Duplicate SKU */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Orders_cancel: {
        parameters: {
            query?: never;
            header?: {
                /** @description Go on only if the version is still this one: the `ETag` of an answer with its quotes, several of them separated by commas, or `*`. A weak tag, which some proxies send, counts as the strong one. */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order is cancelled */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown order */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Version mismatch */
            412: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Orders_confirm: {
        parameters: {
            query?: never;
            header?: {
                /** @description Go on only if the version is still this one: the `ETag` of an answer with its quotes, several of them separated by commas, or `*`. A weak tag, which some proxies send, counts as the strong one. */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The firm order */
            200: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown order */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Hold expired, or Out of stock, or Order cancelled */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Version mismatch */
            412: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Orders_list: {
        parameters: {
            query?: {
                /** @description Only orders in this state. */
                state?: "held" | "expired" | "allocated" | "partly-allocated" | "backordered" | "partly-shipped" | "shipped" | "cancelled";
                /** @description The stock-keeping unit: the code of a product. */
                sku?: string;
                /** @description Where the order comes from. */
                channel?: string;
                /** @description The cursor: `next` of the page before. */
                after?: string;
                /** @description The largest number of items to return. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the orders */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderPageBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown order */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Orders_history: {
        parameters: {
            query?: {
                /** @description The cursor: `next` of the page before. */
                after?: number;
                /** @description The largest number of items to return. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The order. */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the history */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderHistoryBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown order */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Allocations_allocate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AllocateLineBody"];
            };
        };
        responses: {
            /** @description The same line again: the allocation that it already has */
            200: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. It changes when a line is ordered again. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllocationBody"];
                };
            };
            /** @description The batch that the line was promised to */
            201: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. It changes when a line is ordered again. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllocationBody"];
                };
            };
            /** @description With `whenShort: backorder`: the line waits for its units. The same line again: it still waits */
            202: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. It changes when a line is ordered again. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackorderedLineBody"];
                };
            };
            /** @description Bad request, or Validation failed, or Malformed JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Out of stock, or Allocation conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type, or Unsupported content encoding */
            415: {
                headers: {
                    /** @description After a body with a `Content-Encoding`: the only one that is accepted. */
                    "Accept-Encoding"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown SKU */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Allocations_find: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answer with 304 and no body if the version is still one of these. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The order. */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lines of the order */
            200: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. It changes when a line is ordered again. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderAllocationsBody"];
                };
            };
            /** @description The caller has the current version */
            304: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown order */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Allocations_deallocateOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description Go on only if the version is still this one: the `ETag` of an answer with its quotes, several of them separated by commas, or `*`. A weak tag, which some proxies send, counts as the strong one. */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No line of the order is allocated any more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown order */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Version mismatch */
            412: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Allocations_findLine: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answer with 304 and no body if the version is still one of these. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The order. */
                orderId: string;
                /** @description The stock-keeping unit: the code of a product. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The line */
            200: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. It changes when a line is ordered again. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllocationBody"];
                };
            };
            /** @description The caller has the current version */
            304: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown allocation */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Allocations_deallocateLine: {
        parameters: {
            query?: never;
            header?: {
                /** @description Go on only if the version is still this one: the `ETag` of an answer with its quotes, several of them separated by commas, or `*`. A weak tag, which some proxies send, counts as the strong one. */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                orderId: string;
                /** @description The stock-keeping unit: the code of a product. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The line is no longer allocated */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown allocation */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Version mismatch */
            412: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Availability_find: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CartBody"];
            };
        };
        responses: {
            /** @description One answer for each item, in their order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartAvailabilityBody"];
                };
            };
            /** @description Bad request, or Validation failed, or Malformed JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type, or Unsupported content encoding */
            415: {
                headers: {
                    /** @description After a body with a `Content-Encoding`: the only one that is accepted. */
                    "Accept-Encoding"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Warehouse_receive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name that the caller gives it: the same again changes nothing. */
                receiptId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReceiveBody"];
            };
        };
        responses: {
            /** @description The receipt, as it was written before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceiptBody"];
                };
            };
            /** @description The receipt */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceiptBody"];
                };
            };
            /** @description Bad request, or Validation failed, or Malformed JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Receipt conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type, or Unsupported content encoding */
            415: {
                headers: {
                    /** @description After a body with a `Content-Encoding`: the only one that is accepted. */
                    "Accept-Encoding"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown batch, or Too many units */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Warehouse_adjust: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name that the caller gives it: the same again changes nothing. */
                adjustmentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdjustBody"];
            };
        };
        responses: {
            /** @description The adjustment, as it was written before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdjustmentBody"];
                };
            };
            /** @description The adjustment */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdjustmentBody"];
                };
            };
            /** @description Bad request, or Validation failed, or Malformed JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Below zero, or Adjustment conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type, or Unsupported content encoding */
            415: {
                headers: {
                    /** @description After a body with a `Content-Encoding`: the only one that is accepted. */
                    "Accept-Encoding"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown batch, or Too many units */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Warehouse_find: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name that the caller gives it: the same again changes nothing. */
                shipmentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The shipment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShipmentBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown shipment */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Warehouse_ship: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name that the caller gives it: the same again changes nothing. */
                shipmentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShipBody"];
            };
        };
        responses: {
            /** @description The shipment, as it was written before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShipmentBody"];
                };
            };
            /** @description The shipment */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShipmentBody"];
                };
            };
            /** @description Bad request, or Validation failed, or Malformed JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown order */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not on hand, or Over shipped, or Order incomplete, or Order not firm, or Order cancelled, or Shipment cancelled, or Shipment conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type, or Unsupported content encoding */
            415: {
                headers: {
                    /** @description After a body with a `Content-Encoding`: the only one that is accepted. */
                    "Accept-Encoding"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Duplicate SKU */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Warehouse_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name that the caller gives it: the same again changes nothing. */
                shipmentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The shipment is cancelled */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown shipment */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Over returned */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many units */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Warehouse_list: {
        parameters: {
            query: {
                /** @description The order. */
                orderId: string;
                /** @description The cursor: `next` of the page before. */
                after?: string;
                /** @description The largest number of items to return. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the shipments */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShipmentPageBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Warehouse_takeBack: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name that the caller gives it: the same again changes nothing. */
                returnId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReturnGoodsBody"];
            };
        };
        responses: {
            /** @description The return, as it was written before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReturnBody"];
                };
            };
            /** @description The return */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReturnBody"];
                };
            };
            /** @description Bad request, or Validation failed, or Malformed JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown order */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Over returned, or Return conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type, or Unsupported content encoding */
            415: {
                headers: {
                    /** @description After a body with a `Content-Encoding`: the only one that is accepted. */
                    "Accept-Encoding"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many units */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Products_list: {
        parameters: {
            query?: {
                /** @description The cursor: `next` of the page before. */
                after?: string;
                /** @description The largest number of items to return. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the products */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductPageBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Products_find: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answer with 304 and no body if the version is still one of these. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The stock-keeping unit: the code of a product. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The product as it now is */
            200: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductBody"];
                };
            };
            /** @description The caller has the current version */
            304: {
                headers: {
                    /** @description The version, for `If-Match` and `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown SKU */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Products_availability: {
        parameters: {
            query?: {
                /** @description The units of a line: `promise` is then the batch that it would get now. */
                quantity?: number;
            };
            header?: never;
            path: {
                /** @description The stock-keeping unit: the code of a product. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Units available now and later */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AvailabilityBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown SKU */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Products_timeline: {
        parameters: {
            query?: {
                /** @description The last day that is shown. */
                until?: string;
            };
            header?: never;
            path: {
                /** @description The stock-keeping unit: the code of a product. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One row for each date */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelineBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown SKU */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Backorders_list: {
        parameters: {
            query?: {
                /** @description The cursor: `next` of the page before. */
                after?: number;
                /** @description The largest number of items to return. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The stock-keeping unit: the code of a product. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the queue */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackorderPageBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown SKU */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Policy_find: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stock-keeping unit: the code of a product. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The policy; the default if none was set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown SKU */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Policy_put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stock-keeping unit: the code of a product. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutPolicyBody"];
            };
        };
        responses: {
            /** @description The policy as it now is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyBody"];
                };
            };
            /** @description Bad request, or Validation failed, or Malformed JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown SKU */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type, or Unsupported content encoding */
            415: {
                headers: {
                    /** @description After a body with a `Content-Encoding`: the only one that is accepted. */
                    "Accept-Encoding"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Reallocations_reallocate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stock-keeping unit: the code of a product. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReallocateBody"];
            };
        };
        responses: {
            /** @description What has changed, or would */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReallocationBody"];
                };
            };
            /** @description Bad request, or Validation failed, or Malformed JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden, or Cross origin */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown SKU */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type, or Unsupported content encoding */
            415: {
                headers: {
                    /** @description After a body with a `Content-Encoding`: the only one that is accepted. */
                    "Accept-Encoding"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many lines */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Simulations_simulate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SimulateBody"];
            };
        };
        responses: {
            /** @description What would happen */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SimulationBody"];
                };
            };
            /** @description Bad request, or Validation failed, or Malformed JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type, or Unsupported content encoding */
            415: {
                headers: {
                    /** @description After a body with a `Content-Encoding`: the only one that is accepted. */
                    "Accept-Encoding"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Promises_list: {
        parameters: {
            query?: {
                /** @description The reference under which a batch was bought. */
                batchReference?: string;
                /** @description The stock-keeping unit: the code of a product. */
                sku?: string;
                /** @description The order. */
                orderId?: string;
                /** @description Only lines that are expected after they were promised, or after they are needed. */
                late?: boolean;
                /** @description The cursor: `next` of the page before. */
                after?: string;
                /** @description The largest number of items to return. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the lines */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromisePageBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid cursor */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Notifications_list: {
        parameters: {
            query?: {
                /** @description The stock-keeping unit: the code of a product. */
                sku?: string;
                /** @description The cursor: `next` of the page before. */
                after?: number;
                /** @description The largest number of items to return. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the alerts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPageBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    LostPromises_list: {
        parameters: {
            query?: {
                /** @description The stock-keeping unit: the code of a product. */
                sku?: string;
                /** @description The cursor: `next` of the page before. */
                after?: number;
                /** @description The largest number of items to return. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the lost promises */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LostPromisePageBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Audit_list: {
        parameters: {
            query?: {
                /** @description The position after which to begin: `next` of the previous page. If left out, the first entry. */
                after?: number;
                /** @description The largest number of items to return. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the audit log */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPageBody"];
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Events_list: {
        parameters: {
            query?: {
                /** @description The position after which to begin: `next` of the previous page. If left out, a list begins at the first event and the live feed with the next one. */
                after?: number;
                /** @description The largest number of items to return. */
                limit?: number;
            };
            header?: {
                /** @description The position after which the live feed continues; overrides `after`. */
                "Last-Event-ID"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the log, or the live feed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPageBody"];
                    /**
                     * @example retry: 1000
                     *     id: 41
                     *
                     *     id: 42
                     *     event: LineAllocated
                     *     data: {"position":42,"type":"LineAllocated",…}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description Bad request, or Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Events pruned, or Ahead of log */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Subscriptions_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every subscription */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionsBody"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Health_live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthBody"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Health_ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready for calls */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthBody"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
    Metrics_scrape: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All series, in the text format of Prometheus */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example # HELP earmark_allocations_total Order lines that were promised to a batch.
                     *     # TYPE earmark_allocations_total counter
                     *     earmark_allocations_total 42
                     */
                    "text/plain": string;
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthenticated */
            401: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    /** @description RFC 6750: how to authenticate, or what was wrong with the credentials. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Misdirected request */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    /** @description Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls. */
                    "RateLimit-Limit"?: number;
                    /** @description Calls left in this minute. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until the limit starts again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy */
            503: {
                headers: {
                    /** @description Retry after this many seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["OtherProblem"];
        };
    };
}
