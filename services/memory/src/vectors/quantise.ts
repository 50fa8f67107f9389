/** A vector in a byte a dimension: each is its code times the scale. */
export interface Quantised {
  scale: number;
  codes: Int8Array;
}

const MAX_CODE = 127;

/** Rounds to the nearest of 255 steps, so that a dimension is off by half the scale at most. A vector of zeros has scale 0. */
export function quantise(vector: Float32Array): Quantised {
  const most = vector.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  // As it is stored: a real of Postgres.
  const scale = Math.fround(most / MAX_CODE);
  return {
    scale,
    codes: scale === 0 ? new Int8Array(vector.length) : Int8Array.from(vector, (value) => clamp(value / scale)),
  };
}

/** What the codes stand for. */
export function restore({ scale, codes }: Quantised): Float32Array {
  return Float32Array.from(codes, (code) => code * scale);
}

function clamp(value: number): number {
  return Math.max(-MAX_CODE, Math.min(MAX_CODE, Math.round(value)));
}

/** Of length one; a vector of zeros stays. */
export function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}
