/**
 * Pairs as many of `left` with partners of `right` as can be, each partner once (Kuhn's augmenting paths): a call that
 * could stand for two expected ones must not take the only match of another.
 *
 * @returns for each of the left, its partner on the right, or undefined
 */
export function assign(
  left: number,
  right: number,
  fits: (left: number, right: number) => boolean,
): (number | undefined)[] {
  const holder = new Map<number, number>();
  for (let index = 0; index < left; index += 1) place(index, new Set());
  const partner: (number | undefined)[] = Array.from({ length: left }, () => undefined);
  for (const [to, from] of holder) partner[from] = to;
  return partner;

  function place(from: number, tried: Set<number>): boolean {
    for (let to = 0; to < right; to += 1) {
      if (tried.has(to) || !fits(from, to)) continue;
      tried.add(to);
      const held = holder.get(to);
      if (held === undefined || place(held, tried)) {
        holder.set(to, from);
        return true;
      }
    }
    return false;
  }
}
