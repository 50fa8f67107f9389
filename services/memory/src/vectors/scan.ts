import { SCAN } from './scan.gen.js';

const PAGE = 65_536;
/** Rows are copied in pieces of this many bytes: they stay in the processor's cache until they are read. */
const CHUNK = 1 << 19;
/** A query has 16 bits a dimension: its rounding then does not count beside that of the rows. */
const MAX_QUERY = 32_767;
/** Lanes of the widest load. */
export const LANES = 16;

/** As much of WebAssembly's JavaScript interface as is needed: it belongs to no library of TypeScript's but the browser's. */
interface Engine {
  Memory: new (pages: { initial: number }) => Memory;
  Module: new (bytes: Buffer) => object;
  Instance: new (module: object, imports: object) => { exports: Readonly<Record<string, unknown>> };
}
interface Memory {
  buffer: ArrayBuffer;
  grow(pages: number): number;
}
const { WebAssembly: engine } = globalThis as typeof globalThis & { WebAssembly: Engine };

type Dot = (query: number, rows: number, count: number, dimensions: number, out: number) => void;

/** Dot products of a query with rows of codes, a few milliseconds for a hundred thousand. */
export class Scanner {
  private readonly memory = new engine.Memory({ initial: 1 });
  private readonly dot: Dot;

  constructor() {
    const module = new engine.Module(Buffer.from(SCAN, 'base64'));
    const { exports } = new engine.Instance(module, { scan: { memory: this.memory } });
    this.dot = exports['dot'] as Dot;
  }

  /**
   * @param codes rows one after the other, each of `dimensions` (a multiple of `LANES`)
   * @returns for each row the sum of query × code, without the row's scale
   */
  scan(query: Float32Array, codes: Int8Array, rows: number, dimensions: number): Float32Array {
    const most = query.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const step = most / MAX_QUERY || 1;
    const atOnce = Math.max(1, Math.floor(CHUNK / dimensions));
    const [rowsAt, outAt] = [dimensions * 2, dimensions * 2 + atOnce * dimensions];
    this.reserve(outAt + atOnce * 4);
    const { buffer } = this.memory;
    new Int16Array(buffer, 0, dimensions).set(Int16Array.from(query, (value) => Math.round(value / step)));
    const place = new Int8Array(buffer, rowsAt, atOnce * dimensions);
    const results = new Float32Array(rows);
    for (let from = 0; from < rows; from += atOnce) {
      const count = Math.min(atOnce, rows - from);
      place.set(codes.subarray(from * dimensions, (from + count) * dimensions));
      this.dot(0, rowsAt, count, dimensions, outAt);
      const sums = new Int32Array(buffer, outAt, count);
      for (let row = 0; row < count; row += 1) results[from + row] = (sums[row] ?? 0) * step;
    }
    return results;
  }

  private reserve(bytes: number): void {
    const missing = bytes - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
  }
}

/** The next multiple of `LANES`: what is added are zeros. */
export function padded(dimensions: number): number {
  return Math.ceil(dimensions / LANES) * LANES;
}
