/** Loaded before everything else, it makes the clock of a process wrong by so many milliseconds. */
const shift = Number(process.env.TEST_CLOCK_SHIFT_MS);
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...time) {
    if (time.length === 0) super(RealDate.now() + shift);
    else super(...time);
  }

  static now() {
    return RealDate.now() + shift;
  }
};
