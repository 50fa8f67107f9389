/**
 * Solves a symmetric, positive semi-definite system by elimination with pivots on the diagonal. A direction in which the
 * matrix is flat (two groups that were never compared with each other) gets 0: it carries no evidence.
 */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const size = rows.length;
  const flat = Math.max(...rows.map((row, i) => Math.abs(row[i] ?? 0)), 0) * 1e-12;
  const used = new Set<number>();
  for (let step = 0; step < size; step += 1) {
    const pivot = largestDiagonal(rows, used);
    const pivotRow = rows[pivot];
    const divisor = pivotRow?.[pivot] ?? 0;
    if (!pivotRow || divisor <= flat) break;
    used.add(pivot);
    rows.forEach((row, i) => {
      if (i === pivot) return;
      const factor = (row[pivot] ?? 0) / divisor;
      pivotRow.forEach((value, j) => (row[j] = (row[j] ?? 0) - factor * value));
    });
  }
  return rows.map((row, i) => (used.has(i) ? (row[size] ?? 0) / (row[i] ?? 1) : 0));
}

function largestDiagonal(rows: readonly (readonly number[])[], used: ReadonlySet<number>): number {
  let best = -1;
  rows.forEach((row, i) => {
    if (!used.has(i) && (best < 0 || (row[i] ?? 0) > (rows[best]?.[best] ?? 0))) best = i;
  });
  return best;
}
