/**
 * Loaded into an instance before its own code (`node --import`): its calendar clock is off by as much as its parent
 * says, and jumps when it says so again. That covers all that asks for the date (`Date.now`, `new Date`); timers and
 * `performance.now` run on the monotonic clock, which no administrator can set.
 */
let offset = 0;
const now = () => Real.now() + offset;

const Real = Date;
globalThis.Date = new Proxy(Real, {
  construct: (_, given: unknown[], as) =>
    Reflect.construct(Real, given.length === 0 ? [now()] : given, as) as Date,
  get: (_, name) => (name === 'now' ? now : (Reflect.get(Real, name) as unknown)),
});

process.on('message', (message: { clock?: number }) => {
  if (message.clock !== undefined) offset = message.clock;
});
// The channel to the parent must not keep the instance alive.
process.channel?.unref();
