import type { RpcClient } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import type { BuiltinEntry } from '../catalog/tool-index.js';
import { asTool, type BuiltinTool } from './builtin-tool.js';
import { calculator } from './calculator/calculator.js';
import { createClock } from './clock/clock.js';
import { createHttpFetch } from './fetch/http-fetch.js';
import { createFileList } from './files/file-list.js';
import { createFileRead } from './files/file-read.js';
import { createFileWrite } from './files/file-write.js';
import { FilesRoot } from './files/safe-path.js';
import { createMemoryTools } from './memory/memory-tools.js';

/** All tools that come with the host, in this host's pool. */
export function createBuiltins(config: Config, rpc: RpcClient): BuiltinEntry[] {
  const { pool, filesRoot, fetchAllow } = config.toolHost;
  const files = new FilesRoot(filesRoot);
  const tools: BuiltinTool[] = [
    calculator,
    createClock(),
    createHttpFetch(fetchAllow),
    createFileRead(files),
    createFileList(files),
    createFileWrite(files),
    ...createMemoryTools(rpc),
  ];
  return tools.map((builtin) => ({ toolset: builtin.toolset, tool: asTool(builtin, pool) }));
}
