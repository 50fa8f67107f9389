import { once } from 'node:events';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { MemoryScope, SwitchyardClient } from '@switchyard/client';
import { memoryServer } from './memory-server.js';

/** Until standard input ends. Standard output is the protocol's alone. */
export async function serveMemory(client: SwitchyardClient, scope: MemoryScope): Promise<void> {
  const handle = serveStdio(() => memoryServer(client.memories, scope), {
    onerror: (error) => console.error(`memory mcp: ${error.message}`),
  });
  await once(process.stdin, 'end');
  await handle.close();
}
