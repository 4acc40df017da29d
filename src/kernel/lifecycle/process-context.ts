/**
 * What a process is there for. The service does everything; the command line does what its commands wait for, and
 * leaves mails, messages and all other reading to the service.
 */
export type Role = 'service' | 'command line';

/** The token under which the role is injected. */
export const ROLE = Symbol('role');
