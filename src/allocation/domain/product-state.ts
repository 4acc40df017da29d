import type { StockState } from './stock.js';

/** A line that stands: `sequence` is its place in the order in which the product's lines were allocated. */
export interface AllocatedLine {
  readonly orderId: string;
  readonly quantity: number;
  readonly batchReference: string;
  readonly sequence: number;
}

/** How far the product was loaded, so that "not there" is never a guess. */
export interface LoadedPart {
  /** Whether the order's line would be here if it existed. */
  hasOrder(orderId: string): boolean;
  /** Whether the batch would be here if it existed, even when it is full. */
  hasBatch(reference: string): boolean;
  /** Whether every open batch is here; if not, those that come first in the order of preference are. */
  readonly hasEveryOpenBatch: boolean;
  /** Every line of the batch from this sequence on is here; Infinity: none is for certain. */
  newestLinesFrom(reference: string): number;
  /** How many lines the batch has; undefined: they were not counted. */
  linesOn?(reference: string): number | undefined;
}

export interface ProductState {
  readonly sku: string;
  readonly version: number;
  readonly lastSequence: number;
  readonly stock: readonly StockState[];
  readonly lines: readonly AllocatedLine[];
  readonly loaded: LoadedPart;
}

export interface ProductChanges {
  readonly lastSequence: number;
  readonly stock: readonly StockState[];
  readonly lines: readonly AllocatedLine[];
  readonly goneOrderIds: readonly string[];
}
