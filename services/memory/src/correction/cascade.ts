/** A memory that rests on what is withdrawn, or is withdrawn itself. */
export interface Node {
  id: string;
  /** Somebody said so: it needs no evidence. */
  asserted: boolean;
  /** A summary holds the words of all that it was made of: it needs all of its evidence. Others need one. */
  needsAll: boolean;
  /** What it was made of. */
  evidence: readonly string[];
  /** It is not withdrawn already: what is, holds nothing up. */
  stands: boolean;
}

/** What becomes of the nodes. */
export interface Cascade {
  /** Those that go, the withdrawn ones first. */
  gone: string[];
  /** Those that stay, for somebody or other evidence says them. */
  kept: string[];
}

/**
 * What goes when some memories are withdrawn: they, and all that nothing else supports. Support has to come from outside:
 * two memories that are each other's evidence hold each other up no longer than something else holds one of them.
 *
 * @param nodes the withdrawn, and all that rests on them by any path
 * @param stands whether a memory that is none of the nodes is there and not withdrawn
 */
export function cascade(roots: readonly string[], nodes: readonly Node[], stands: (id: string) => boolean): Cascade {
  const withdrawn = new Set(roots);
  const others = nodes.filter(({ id }) => !withdrawn.has(id));
  const among = new Set(nodes.map(({ id }) => id));
  const supported = new Set<string>();
  const withdrawnBefore = new Set(nodes.filter((node) => !node.stands).map(({ id }) => id));
  const holds = (id: string) => (among.has(id) ? supported.has(id) && !withdrawnBefore.has(id) : stands(id));
  for (let grew = true; grew;) {
    grew = false;
    for (const node of others) {
      if (supported.has(node.id) || !isSupported(node, holds)) continue;
      supported.add(node.id);
      grew = true;
    }
  }
  return {
    gone: [...withdrawn, ...others.filter(({ id }) => !supported.has(id)).map(({ id }) => id)],
    kept: others.filter(({ id }) => supported.has(id)).map(({ id }) => id),
  };
}

function isSupported({ asserted, needsAll, evidence }: Node, holds: (id: string) => boolean): boolean {
  if (needsAll) return evidence.length > 0 ? evidence.every(holds) : asserted;
  return asserted || evidence.some(holds);
}
