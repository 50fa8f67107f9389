import type { Command } from 'commander';
import {
  create,
  SwitchyardError,
  toWire,
  ToolDefinitionSchema,
  ToolListSchema,
  ToolResultSchema,
  ToolServerListSchema,
  ToolServerSchema,
  type JsonObject,
  type ToolDefinition,
  type ToolResult,
  type ToolServer,
} from '@switchyard/contracts';
import type { SwitchyardClient } from '@switchyard/client';
import { action } from '../cli-context.js';
import { collect, jsonObject, pairs } from '../arguments.js';
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { duration, oneLine } from '../output/format.js';
import { bold, dim, green, harmless, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';
import { askForm } from '../form/ask-form.js';
import { openApiDefinition } from '../openapi-definition.js';
import { readDefinitions } from '../read-definition.js';
import { addToolCalls } from './tools-calls.js';
import { addToolContents } from './tools-contents.js';
import { addToolLogs } from './tools-logs.js';
import { addToolLogins } from './tools-logins.js';
import { addToolSettings } from './tools-settings.js';
import { addToolVersions } from './tools-versions.js';

interface AddFlags {
  file?: string;
  mcp?: string;
  env?: string[];
  headerEnv?: string[];
  openapi?: string;
  baseUrl?: string;
  operations?: string[];
  auth?: string[];
  allowPrivate?: boolean;
  web?: string[];
  origin?: string[];
  privateHost?: string[];
}

export function addTools(program: Command): void {
  const tools = program.command('tools').description('Tools that agents may use, and the servers that they come from');
  tools
    .command('list')
    .description('All tools')
    .action(
      action(async (context) => {
        const found = await (await context.client()).tools.list();
        context.print(
          toWire(ToolListSchema, create(ToolListSchema, { tools: found }), { complete: true })['tools'],
          () =>
            table(
              ['TOOL', 'EFFECT', 'SOURCE', 'POOL', 'DESCRIPTION'],
              found.map((tool) => [
                tool.name,
                tool.effect,
                tool.source,
                tool.pool,
                harmless(oneLine(tool.description, 70)),
              ]),
            ),
        );
      }),
    );
  tools
    .command('show')
    .description('One tool with the schema of its arguments')
    .argument('<tool>')
    .action(
      action(async (context, name: string) => {
        const tool = toWire(ToolDefinitionSchema, await toolOf((await context.client()).tools, name), {
          complete: true,
        });
        context.print(tool, () => JSON.stringify(tool, null, 2));
      }),
    );
  tools
    .command('call')
    .description("Call a tool by hand, under the same checks as an agent's call")
    .argument('<tool>')
    .argument('[arguments]', 'as a JSON object', jsonObject)
    .option('--form', 'ask for each argument, as the schema of the tool names them')
    .addHelpText(
      'after',
      `\nExamples:\n  switchyard tools call calculator '{"expression":"17% * 2340"}'\n  switchyard tools call clock --form`,
    )
    .action(
      action(async (context, name: string, given: JsonObject | undefined, { form }: { form?: boolean }) => {
        if (form && given) throw new SwitchyardError('usage.invalid', 'Give the arguments, or --form; not both.');
        const { tools } = await context.client();
        const args = form
          ? await askForm((await toolOf(tools, name)).parameters ?? {}, process.stdin, process.stderr)
          : (given ?? {});
        const result = await tools.call(name, args);
        context.print(toWire(ToolResultSchema, result, { complete: true }), () => resultText(result));
        if (result.status !== 'ok') process.exitCode = exitCodeOfCall(result);
      }),
    );
  tools
    .command('add')
    .description(
      'Connect a server of tools: MCP over stdio or streamable HTTP, an HTTP API with an OpenAPI document, or web pages that offer tools (WebMCP)',
    )
    .argument('[name]', 'its tools are called <name>_<tool>')
    .argument('[command...]', 'stdio: the program and its arguments, after "--"')
    .option('-f, --file <file>', 'a YAML or JSON file with one or more servers, instead of all else')
    .option(
      '--env <name>',
      'stdio: an environment variable handed on to it, or VARIABLE=secret:NAME; may be repeated',
      collect,
    )
    .option('--mcp <url>', 'streamable HTTP: the address')
    .option(
      '--header-env <header=variable>',
      'streamable HTTP and OpenAPI: a header from an environment variable, or from secret:NAME; may be repeated',
      collect,
    )
    .option('--openapi <url-or-file>', 'an HTTP API: where its OpenAPI document is')
    .option('--base-url <url>', 'OpenAPI: where requests go, where that is not where the document is')
    .option(
      '--operations <pattern>',
      'OpenAPI: which operations, as "listPets", "tag:pets", "GET", "GET /pets/**", "!…" for all but; may be repeated',
      collect,
    )
    .option(
      '--auth <scheme=variable>',
      'OpenAPI: a security scheme and the variable (or secret:NAME) of its key or token, or ID:SECRET for two; may be repeated',
      collect,
    )
    .option('--allow-private', 'OpenAPI: the API may be on a private address')
    .option('--web <url>', 'web pages: the address of one; may be repeated', collect)
    .option('--origin <origin>', 'web pages: where they may go besides; may be repeated', collect)
    .option('--private-host <host:port>', 'web pages: what they may ask for although it is private', collect)
    .addHelpText(
      'after',
      `
Examples:
  switchyard tools add docs -- npx -y @modelcontextprotocol/server-filesystem /srv/docs
  switchyard tools add search --mcp https://mcp.example.com/mcp --header-env Authorization=SEARCH_TOKEN
  switchyard tools add shop --openapi https://shop.example.com/openapi.json --operations tag:orders --auth api_key=secret:SHOP_KEY
  switchyard tools add shop --web https://shop.example.com/ --origin https://pay.example.com`,
    )
    .action(
      action(async (context, name: string | undefined, words: string[], flags: AddFlags) => {
        const client = await context.client();
        const definitions = flags.file ? await readDefinitions(flags.file) : [await fromFlags(name, words, flags)];
        await context.printEach(definitions, async (definition) => {
          const server = await client.tools.addServer(definition);
          const text = () =>
            server.lastError
              ? `${bold(server.name)} ${red(server.status)}: ${harmless(server.lastError.message)}`
              : `${bold(server.name)} ${server.status}, ${server.toolCount} tools`;
          return { value: toWire(ToolServerSchema, server, { complete: true }), text };
        });
      }),
    );
  tools
    .command('servers')
    .description('The servers of tools and whether they are connected')
    .action(
      action(async (context) => {
        const found = await (await context.client()).tools.servers();
        context.print(
          toWire(ToolServerListSchema, create(ToolServerListSchema, { servers: found }), { complete: true })['servers'],
          () =>
            table(
              ['SERVER', 'KIND', 'STATUS', 'TOOLS', 'WHERE', 'LAST ERROR'],
              found.map((server) => [
                server.name,
                server.kind,
                server.status === 'connected' ? green(server.status) : yellow(server.status),
                server.pendingCount > 0
                  ? `${server.toolCount}, ${yellow(`${server.pendingCount} changed`)}`
                  : String(server.toolCount),
                harmless(oneLine(whereOf(server), 50)),
                harmless(oneLine(server.lastError?.message ?? '', 60)),
              ]),
            ),
        );
      }),
    );
  addToolCalls(tools);
  addToolLogs(tools);
  addToolVersions(tools);
  addToolSettings(tools);
  addToolContents(tools);
  addToolLogins(tools);
  tools
    .command('remove')
    .description('Disconnect a server of tools')
    .argument('<server>')
    .action(
      action(async (context, name: string) => {
        await (await context.client()).tools.removeServer(name);
        context.print({ removed: name }, () => `${name} is removed`);
      }),
    );
}

async function fromFlags(name: string | undefined, words: readonly string[], flags: AddFlags): Promise<JsonObject> {
  const [command, ...args] = words;
  const { web: pages, origin: origins = [], privateHost = [] } = flags;
  const ways = [command, flags.mcp, flags.openapi, pages].filter((way) => way !== undefined);
  if (!name || ways.length !== 1) throw usage();
  if (flags.openapi)
    return { ...(await openApiDefinition(name, flags.openapi, flags)), header_env: pairs(flags.headerEnv) };
  if (pages) return { name, kind: 'webmcp', web: { pages, origins, private_hosts: privateHost } };
  return command
    ? { name, kind: 'mcp-stdio', command, args, env: flags.env ?? [] }
    : { name, kind: 'mcp-http', url: flags.mcp ?? '', header_env: pairs(flags.headerEnv) };
}

function whereOf({ url, openapi, web, command, args }: ToolServer): string {
  return url || openapi?.baseUrl || web?.pages.join(' ') || [command, ...args].join(' ');
}

/** What the caller did wrong is told from a tool that failed. */
function exitCodeOfCall({ error }: ToolResult): number {
  const mistaken = error?.code === 'tool.not_found' || error?.code === 'tool.invalid_arguments';
  return mistaken ? exitCodeOf(error.code) : EXIT.failed;
}

function resultText(result: ToolResult): string {
  const parts = result.content.map((part) => (part['type'] === 'text' ? String(part['text']) : JSON.stringify(part)));
  const error = result.error ? `${red('error')} ${harmless(result.error.message)} [${result.error.code}]` : '';
  return [
    ...parts.map(harmless),
    ...(error ? [error] : []),
    dim(`${result.status} in ${duration(result.durationMs)}${result.truncated ? ', cut at its limit' : ''}`),
  ].join('\n');
}

/** @throws SwitchyardError `tool.not_found` */
async function toolOf(tools: SwitchyardClient['tools'], name: string): Promise<ToolDefinition> {
  const found = (await tools.list()).find((tool) => tool.name === name);
  if (!found) throw notFound(name);
  return found;
}

function notFound(name: string): SwitchyardError {
  return new SwitchyardError('tool.not_found', `There is no tool "${name}". \`switchyard tools list\` shows all.`);
}

function usage(): SwitchyardError {
  return new SwitchyardError(
    'usage.incomplete',
    'Give a name and one of: a program after "--", --mcp, --openapi, --web; or a file with -f. See: switchyard tools add --help',
  );
}
