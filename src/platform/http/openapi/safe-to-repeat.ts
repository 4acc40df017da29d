import { ApiExtension } from '@nestjs/swagger';

/** The extension that says of a `POST` or `PATCH` what HTTP says of `PUT` and `DELETE` (RFC 9110, 9.2.2). */
export const SAFE_TO_REPEAT = 'x-safe-to-repeat';

/**
 * The same call again, after an answer that was lost, changes nothing more: it only reads, or the caller names what it
 * writes (rule 16). Clients repeat such calls by themselves. `GET`, `PUT` and `DELETE` need no mark.
 */
export const SafeToRepeat = (): MethodDecorator => ApiExtension(SAFE_TO_REPEAT, true);
