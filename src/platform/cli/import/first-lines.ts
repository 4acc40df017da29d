import { createHash } from 'node:crypto';

/** Words of 32 bits of an entry: three of the key's hash, one for the line. */
const ENTRY = 4;
const FEWEST_ENTRIES = 1_024;

/**
 * In which line of a file each key stands first. It keeps 96 bits of a hash for each key and not the key: 16 bytes an
 * entry in a table that is at most half full, so 32 to 64 bytes a row, which is 32 MiB for a file of a million rows. Two keys
 * of such a file share a hash with a probability below 10^-16.
 */
export class FirstLines {
  #table = new Uint32Array(FEWEST_ENTRIES * ENTRY);
  #count = 0;

  /** @returns the line in which the key stood first; undefined if it is this one */
  note(key: readonly string[], line: number): number | undefined {
    // A code holds no control character, so that no two keys are written alike.
    const digest = createHash('sha1').update(key.join('\n')).digest();
    const entry = [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), line];
    const at = this.#find(entry);
    const known = this.#table[at + 3]!;
    if (known !== 0) return known;
    this.#table.set(entry, at);
    if (++this.#count * ENTRY * 2 > this.#table.length) this.#grow();
    return undefined;
  }

  /** Where the entry is, or would be: lines are counted from 1, so 0 stands for a free place. */
  #find([a, b, c]: readonly number[]): number {
    const table = this.#table;
    const places = table.length / ENTRY;
    for (let place = a! % places; ; place = (place + 1) % places) {
      const at = place * ENTRY;
      if (table[at + 3] === 0 || (table[at] === a && table[at + 1] === b && table[at + 2] === c)) return at;
    }
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Uint32Array(before.length * 2);
    for (let at = 0; at < before.length; at += ENTRY) {
      const entry = before.subarray(at, at + ENTRY);
      if (entry[3] !== 0) this.#table.set(entry, this.#find([...entry]));
    }
  }
}
