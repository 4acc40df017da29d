/**
 * What a process is for. The server does everything; the command line runs only what its commands wait for, and leaves
 * periodic jobs, deliveries and all other subscriptions to the server.
 */
export type ProcessContext = 'server' | 'cli';

/** The token under which it is injected. */
export const PROCESS_CONTEXT = Symbol('PROCESS_CONTEXT');
