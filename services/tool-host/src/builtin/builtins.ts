import type { RpcClient } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import type { InnerCalls } from '../calls/inner-calls.service.js';
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
import type { BuiltinEntry } from '../pools/builtin-tools.service.js';
import type { Secrets } from '../secrets/secrets.service.js';
import { Egress } from '../shared/egress.js';
import { chosenTools } from './chosen-tools.js';
import { createSqlQuery } from './sql/sql-query.js';

/**
 * The tools that come with the host, in this host's pool: those of `SWITCHYARD_BUILTIN_TOOLS`.
 *
 * @param inner performs the calls that tools make; asked for when it is first needed
 * @throws SwitchyardError `tool_host.unknown_builtin`: the process does not start
 */
export function createBuiltins(
  config: Config,
  rpc: RpcClient,
  inner: () => InnerCalls,
  secrets: Pick<Secrets, 'open'>,
): BuiltinEntry[] {
  const { pool, builtinTools, filesRoot, fetchAllow, egress, httpMethods, sqlConnections, runCommand } =
    config.toolHost;
  const files = new FilesRoot(filesRoot);
  const guard = { ...fetchGuard(fetchAllow), egress: new Egress(egress) };
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
    ...(sqlConnections.length > 0 ? [createSqlQuery(sqlConnections, secrets)] : []),
    createRunJavascript(sandbox, inner),
    ...(runCommand ? [createRunCommand({ filesRoot })] : []),
  ];
  return chosenTools(tools, builtinTools).map((builtin) => ({ toolset: builtin.toolset, tool: asTool(builtin, pool) }));
}
