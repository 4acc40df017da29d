/** Has Jest run the spec files in the order in which they were given: its own begins with the longest. */
export default class OrderedSequencer {
  sort<Test extends { readonly path: string }>(tests: readonly Test[]): Test[] {
    const place = ({ path }: Test) => process.argv.findIndex((given) => path.endsWith(given));
    return [...tests].sort((a, b) => place(a) - place(b));
  }

  allFailedTests<Test>(tests: Test): Test {
    return tests;
  }

  cacheResults(): void {
    // Nothing is to be remembered of a mutant.
  }
}
