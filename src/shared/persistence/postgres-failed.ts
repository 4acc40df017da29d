/** A program of PostgreSQL has failed: its message has all that it said, `line` the reason alone. */
export class PostgresFailed extends Error {
  readonly line: string;
  /** It has no room on its disk. */
  readonly isDiskFull: boolean;

  constructor(what: string, said: string, cause: unknown) {
    super(`${what}:\n${said}`, { cause });
    this.name = new.target.name;
    this.isDiskFull = /no space left on device/i.test(said);
    this.line = `${what}: ${reasonIn(said)}`;
  }
}

/** The first line that says what is wrong, or else the last one. */
function reasonIn(said: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  const reasons = lines.filter((line) => /\b(?:PANIC|FATAL|error):/.test(line));
  const line =
    lines.find((each) => /no space left/i.test(each)) ?? reasons[0] ?? lines.filter(Boolean).at(-1) ?? '';
  return line.replace(/^.*?\b(?:PANIC|FATAL|error):\s*/, '');
}
