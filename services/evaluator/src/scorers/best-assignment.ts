/**
 * Pairs each of `left` with at most one of `right`, so that the pairs together are worth as much as can be (the Hungarian
 * method with potentials, in left² · (left + right) steps). Pairs that are worth nothing are not made.
 *
 * @param worth of a pair, 0 or more
 * @returns for each of the left, its partner on the right, or undefined
 */
export function bestAssignment(
  left: number,
  right: number,
  worth: (left: number, right: number) => number,
): (number | undefined)[] {
  // As many worthless partners as there are left: whoever is better off without one takes such a one.
  const columns = right + left;
  const cost = (row: number, column: number) => (column <= right ? -worth(row - 1, column - 1) : 0);
  // Rows and columns count from 1; column 0 holds the row that is being placed.
  const rowOf = new Int32Array(columns + 1);
  const rowPotential = new Float64Array(left + 1);
  const columnPotential = new Float64Array(columns + 1);
  for (let row = 1; row <= left; row += 1) place(row);
  const partner: (number | undefined)[] = Array.from({ length: left }, () => undefined);
  for (let column = 1; column <= right; column += 1) {
    const row = at(rowOf, column);
    if (row > 0 && worth(row - 1, column - 1) > 0) partner[row - 1] = column - 1;
  }
  return partner;

  /** Finds the cheapest chain of moves that makes room for a row, and makes them. */
  function place(row: number): void {
    rowOf[0] = row;
    const least = new Float64Array(columns + 1).fill(Infinity);
    const from = new Int32Array(columns + 1);
    const visited = new Uint8Array(columns + 1);
    let column = 0;
    do {
      visited[column] = 1;
      column = extend(column, least, from, visited);
    } while (at(rowOf, column) !== 0);
    for (; column !== 0; column = at(from, column)) rowOf[column] = at(rowOf, at(from, column));
  }

  /** One step of Dijkstra's search; @returns the column that is reached next */
  function extend(column: number, least: Float64Array, from: Int32Array, visited: Uint8Array): number {
    const row = at(rowOf, column);
    let [delta, next] = [Infinity, 0];
    for (let other = 1; other <= columns; other += 1) {
      if (at(visited, other) === 1) continue;
      const reduced = cost(row, other) - at(rowPotential, row) - at(columnPotential, other);
      if (reduced < at(least, other)) {
        least[other] = reduced;
        from[other] = column;
      }
      if (at(least, other) < delta) [delta, next] = [at(least, other), other];
    }
    for (let other = 0; other <= columns; other += 1) {
      if (at(visited, other) === 1) {
        rowPotential[at(rowOf, other)] = at(rowPotential, at(rowOf, other)) + delta;
        columnPotential[other] = at(columnPotential, other) - delta;
      } else {
        least[other] = at(least, other) - delta;
      }
    }
    return next;
  }
}

function at(values: Int32Array | Float64Array | Uint8Array, index: number): number {
  return values[index] ?? 0;
}
