/** Bytes that are read at a time: parsing them takes a few milliseconds, so the page stays responsive. */
const PART_BYTES = 128 * 1024;

/** A larger file would fill the memory of the page; the command line reads files of any size. */
export const MOST_BYTES = 100 * 1024 * 1024;

/** A file of the person's computer, part by part, with time for the page between two. */
export async function* partsOf(
  file: Blob,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < file.size; at += PART_BYTES) {
    yield new Uint8Array(await file.slice(at, at + PART_BYTES).arrayBuffer());
    onRead(Math.min(at + PART_BYTES, file.size));
    await new Promise((resolve) => setTimeout(resolve));
  }
}
