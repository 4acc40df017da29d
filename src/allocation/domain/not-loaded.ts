/** The work asked for a part of the product that its need did not name: a programming error. */
export class NotLoaded extends Error {
  constructor(what: string) {
    super(`${what} was not loaded: the work must name it in its need.`);
    this.name = 'NotLoaded';
  }
}
