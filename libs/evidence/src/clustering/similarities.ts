/** How alike each two of so many items are, 0 to 1, as a full square. */
export class Similarities {
  private readonly values: Float64Array;

  constructor(readonly size: number) {
    this.values = new Float64Array(size * size);
  }

  get(one: number, other: number): number {
    return this.values[one * this.size + other] ?? 0;
  }

  /** Of one item to all, itself too. */
  row(one: number): Float64Array {
    return this.values.subarray(one * this.size, (one + 1) * this.size);
  }

  set(one: number, other: number, value: number): void {
    this.values[one * this.size + other] = value;
    this.values[other * this.size + one] = value;
  }

  copy(): Similarities {
    const made = new Similarities(this.size);
    made.values.set(this.values);
    return made;
  }
}
