import type { Nearest } from './nearest.js';
import { padded, type Scanner } from './scan.js';

/** A vector as it is stored. */
export interface StoredVector {
  doc: string;
  scale: number;
  codes: Uint8Array;
}

/** The vectors of one scope, one after the other, for reading them all. */
export class ScopeMatrix {
  private readonly width: number;
  private codes = new Int8Array(0);
  private scales = new Float32Array(0);
  private readonly docs: number[] = [];
  private readonly rows = new Map<number, number>();

  constructor(private readonly dimensions: number) {
    this.width = padded(dimensions);
  }

  get size(): number {
    return this.docs.length;
  }

  /** Of what it holds, without what stands around it. */
  get bytes(): number {
    return this.codes.byteLength + this.scales.byteLength + this.docs.length * 64;
  }

  /** One of a memory that it has already takes the place of that one. */
  put({ doc, scale, codes }: StoredVector): void {
    const key = Number(doc);
    const row = this.rows.get(key) ?? this.append(key);
    this.scales[row] = scale;
    this.codes.set(new Int8Array(codes.buffer, codes.byteOffset, this.dimensions), row * this.width);
  }

  /**
   * The nearest to a unit vector of the rows `from` up to `to`, not included. A vector of zeros is near nothing.
   */
  search(scanner: Scanner, query: Float32Array, nearest: Nearest, from = 0, to = this.size): void {
    const codes = this.codes.subarray(from * this.width, to * this.width);
    const products = scanner.scan(this.pad(query), codes, to - from, this.width);
    for (let row = 0; row < products.length; row += 1) {
      const scale = this.scales[from + row] ?? 0;
      if (scale > 0) nearest.offer(this.docs[from + row] ?? 0, (products[row] ?? 0) * scale);
    }
  }

  /**
   * Forgets all but `docs`. A row that is forgotten stays as one of zeros, so that whoever is reading goes on.
   *
   * @returns what holds the rest: another one where less than half is left
   */
  only(docs: ReadonlySet<number>): ScopeMatrix {
    for (const [doc, row] of this.rows) {
      if (docs.has(doc)) continue;
      this.rows.delete(doc);
      this.scales[row] = 0;
      this.codes.fill(0, row * this.width, (row + 1) * this.width);
    }
    return this.rows.size * 2 < this.size ? this.compacted() : this;
  }

  private compacted(): ScopeMatrix {
    const left = new ScopeMatrix(this.dimensions);
    for (const [doc, row] of this.rows) {
      const to = left.append(doc);
      left.scales[to] = this.scales[row] ?? 0;
      left.codes.set(this.codes.subarray(row * this.width, (row + 1) * this.width), to * this.width);
    }
    return left;
  }

  private append(doc: number): number {
    const row = this.docs.push(doc) - 1;
    this.rows.set(doc, row);
    if (this.scales.length > row) return row;
    const capacity = Math.max(64, Math.ceil(row * 1.5) + 1);
    const [codes, scales] = [new Int8Array(capacity * this.width), new Float32Array(capacity)];
    codes.set(this.codes);
    scales.set(this.scales);
    [this.codes, this.scales] = [codes, scales];
    return row;
  }

  private pad(query: Float32Array): Float32Array {
    if (query.length === this.width) return query;
    const wide = new Float32Array(this.width);
    wide.set(query);
    return wide;
  }
}
