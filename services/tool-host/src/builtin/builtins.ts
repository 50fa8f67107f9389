import type { RpcClient } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import type { InnerCalls } from '../calls/inner-calls.service.js';
import type { BuiltinEntry } from '../catalog/tool-index.js';
import { asTool, type BuiltinTool } from './builtin-tool.js';
import { calculator } from './calculator/calculator.js';
import { createClock } from './clock/clock.js';
import { createRunCommand } from './command/run-command.js';
import { textDiff } from './diff/text-diff.js';
import { fetchGuard } from './fetch/guarded-target.js';
import { createHttpFetch } from './fetch/http-fetch.js';
import { createHttpRequest } from './fetch/http-request.js';
import { createWebRead } from './fetch/web-read.js';
import { createFileList } from './files/file-list.js';
import { createFileRead } from './files/file-read.js';
import { createFileWrite } from './files/file-write.js';
import { FilesRoot } from './files/safe-path.js';
import { createRunJavascript } from './javascript/run-javascript.js';
import { Sandbox } from './javascript/sandbox.js';
import { createJsonQuery } from './json/json-query.js';
import { createMemoryTools } from './memory/memory-tools.js';
import { createSqlQuery } from './sql/sql-query.js';

/**
 * All tools that come with the host, in this host's pool.
 *
 * @param inner performs the calls that tools make; asked for when it is first needed
 */
export function createBuiltins(config: Config, rpc: RpcClient, inner: () => InnerCalls): BuiltinEntry[] {
  const { pool, filesRoot, fetchAllow, httpMethods, sqlConnections, runCommand } = config.toolHost;
  const files = new FilesRoot(filesRoot);
  const guard = fetchGuard(fetchAllow);
  const sandbox = new Sandbox();
  const tools: BuiltinTool[] = [
    calculator,
    createClock(),
    createHttpFetch(guard),
    createWebRead(guard),
    ...(httpMethods.length > 0 ? [createHttpRequest(guard, httpMethods)] : []),
    createFileRead(files),
    createFileList(files),
    createFileWrite(files),
    ...createMemoryTools(rpc),
    createJsonQuery(sandbox, files),
    textDiff,
    ...(sqlConnections.length > 0 ? [createSqlQuery(sqlConnections)] : []),
    createRunJavascript(sandbox, inner),
    ...(runCommand ? [createRunCommand({ filesRoot })] : []),
  ];
  return tools.map((builtin) => ({ toolset: builtin.toolset, tool: asTool(builtin, pool) }));
}
