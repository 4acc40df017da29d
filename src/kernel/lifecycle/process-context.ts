/**
 * What a process is for. The server does everything; the command line does what its commands wait for, and
 * leaves mails, messages and all other reading to the server.
 */
export type ProcessContext = 'server' | 'cli';

/** The token under which it is injected. */
export const PROCESS_CONTEXT = Symbol('PROCESS_CONTEXT');
