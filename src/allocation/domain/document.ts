/** What a caller writes under a name of its own, so that it can be repeated safely (rule 16). */
export const DOCUMENT_KINDS = ['receipt', 'shipment', 'return', 'adjustment', 'count'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export interface DocumentKey {
  readonly kind: DocumentKind;
  readonly id: string;
}

/** Something that has happened in the warehouse, as it was written. */
export interface Document extends DocumentKey {
  /** The order that it is about; null: none. */
  readonly orderId: string | null;
  /** The batch that it is about; null: none, or several. */
  readonly batchReference: string | null;
  /** What was asked for: the same again changes nothing. */
  readonly content: string;
  /** What was done. */
  readonly result: object;
  readonly createdAt: Date;
  readonly cancelledAt: Date | null;
}

/** The documents that were loaded, and those that were written since. All aggregates of a transaction share them. */
export class Documents {
  readonly #asked: ReadonlySet<string>;
  readonly #stored: Map<string, Document>;
  readonly #changed = new Map<string, Document>();

  /**
   * @param asked the keys of those that are here if they exist
   * @param now by the clock of the store
   */
  constructor(
    asked: readonly DocumentKey[],
    stored: readonly Document[],
    readonly now: Date,
  ) {
    this.#asked = new Set(asked.map(nameOf));
    this.#stored = new Map(stored.map((document) => [nameOf(document), document]));
  }

  get changed(): readonly Document[] {
    return [...this.#changed.values()];
  }

  find(key: DocumentKey): Document | undefined {
    const name = nameOf(key);
    if (!this.#asked.has(name))
      throw new Error(`Document ${name} was not loaded: the work must name it in its need.`);
    return this.#stored.get(name);
  }

  /** Writes a new document, or what has become of one. */
  write(document: Omit<Document, 'createdAt' | 'cancelledAt'> & Partial<Document>): Document {
    const written = { createdAt: this.now, cancelledAt: null, ...document };
    this.#stored.set(nameOf(document), written);
    this.#changed.set(nameOf(document), written);
    return written;
  }
}

export const NO_DOCUMENTS = new Documents([], [], new Date(0));

function nameOf({ kind, id }: DocumentKey): string {
  return `${kind} ${id}`;
}
