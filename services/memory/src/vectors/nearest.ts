/** A memory that is near, by its cosine. */
export interface VectorHit {
  doc: string;
  cosine: number;
}

/** Keeps the best of many: a heap whose top is the worst of them. */
export class Nearest {
  private readonly heap: { doc: number; cosine: number }[] = [];

  constructor(private readonly limit: number) {}

  offer(doc: number, cosine: number): void {
    const { heap, limit } = this;
    if (heap.length < limit) {
      heap.push({ doc, cosine });
      this.up(heap.length - 1);
      return;
    }
    const [worst] = heap;
    if (!worst || !precedes(doc, cosine, worst)) return;
    heap[0] = { doc, cosine };
    this.down(0);
  }

  /** Best first; of equal ones the older. */
  hits(): VectorHit[] {
    return [...this.heap]
      .sort((a, b) => b.cosine - a.cosine || a.doc - b.doc)
      .map(({ doc, cosine }) => ({ doc: String(doc), cosine }));
  }

  private up(index: number): void {
    const { heap } = this;
    for (let at = index; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!isWorse(heap, at, parent)) return;
      swap(heap, at, parent);
      at = parent;
    }
  }

  private down(index: number): void {
    const { heap } = this;
    for (let at = index; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let worst = at;
      if (left < heap.length && isWorse(heap, left, worst)) worst = left;
      if (right < heap.length && isWorse(heap, right, worst)) worst = right;
      if (worst === at) return;
      swap(heap, at, worst);
      at = worst;
    }
  }
}

type Entry = { doc: number; cosine: number };

function precedes(doc: number, cosine: number, other: Entry): boolean {
  return cosine > other.cosine || (cosine === other.cosine && doc < other.doc);
}

function isWorse(heap: readonly Entry[], one: number, other: number): boolean {
  const [a, b] = [heap[one], heap[other]];
  return a !== undefined && b !== undefined && precedes(b.doc, b.cosine, a);
}

function swap(heap: Entry[], one: number, other: number): void {
  const [a, b] = [heap[one], heap[other]];
  if (a && b) [heap[one], heap[other]] = [b, a];
}
