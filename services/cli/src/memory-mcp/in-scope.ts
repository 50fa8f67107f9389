import type { MemoryScope } from '@switchyard/client';
import { SwitchyardError, type Memory } from '@switchyard/contracts';
import type { Memories } from './memory-server.js';

/**
 * The memory, where it is of the scope that is served: an id is no way around it.
 *
 * @throws SwitchyardError `memory.not_found`
 */
export async function inScope(memories: Memories, scope: MemoryScope, id: string): Promise<Memory> {
  const { memory } = await memories.get(id);
  const isOf = (part: keyof MemoryScope) => !scope[part] || memory?.scope?.[part] === scope[part];
  if (memory && memory.state !== 'retracted' && isOf('agent') && isOf('user') && isOf('thread')) return memory;
  throw new SwitchyardError('memory.not_found', `There is no memory "${id}" here. Search to see which there are.`, {
    details: { memory: id },
  });
}
