import type { EntityManager } from 'typeorm';
import { memoryNotFound } from '../memory-error.js';
import { cascade, type Cascade } from './cascade.js';
import type { GraphRepository } from './graph.repository.js';

/** What goes with some memories, and how all of it stood before. */
export interface Withdrawal extends Cascade {
  states: ReadonlyMap<string, string>;
}

/**
 * What goes and what stays when memories are withdrawn or erased; all of it is locked until the end of the transaction.
 *
 * @param demanded those of the roots that must be there; the others may be gone already
 * @throws SwitchyardError `memory.not_found`
 */
export async function withdrawalOf(
  manager: EntityManager,
  graph: GraphRepository,
  roots: readonly string[],
  demanded: readonly string[],
): Promise<Withdrawal> {
  const nodes = await graph.closure(manager, roots);
  const states = new Map(nodes.map(({ id, state }) => [id, state]));
  const missing = demanded.find((id) => !states.has(id));
  if (missing !== undefined) throw memoryNotFound(missing);
  const outside = nodes.flatMap(({ evidence }) => evidence).filter((id) => !states.has(id));
  const standing = await graph.standing(manager, outside);
  const there = roots.filter((id) => states.has(id));
  return { ...cascade(there, nodes, (id) => standing.has(id)), states };
}
