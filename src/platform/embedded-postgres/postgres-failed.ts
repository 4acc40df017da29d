/** A program of PostgreSQL has failed. The message has all its output, `line` only the reason. */
export class PostgresFailed extends Error {
  readonly line: string;
  readonly isDiskFull: boolean;

  constructor(what: string, said: string, cause: unknown) {
    super(`${what}:\n${said}`, { cause });
    this.name = new.target.name;
    this.isDiskFull = /no space left on device/i.test(said);
    this.line = `${what}: ${reasonIn(said)}`;
  }
}

/** The line about the disk, or else the last ones, without the times at which they were logged. */
function reasonIn(said: string): string {
  const lines = said.split('\n').map((line) => line.replace(/^\S+ \S+ \S+ \[\d+\] /, '').trim());
  const full = lines.find((line) => /no space left/i.test(line));
  return full ?? lines.filter(Boolean).slice(-3).join('; ');
}
