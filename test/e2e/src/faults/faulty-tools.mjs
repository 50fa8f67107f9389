// An MCP server over stdio whose tools do what tools should not. Every call, and every cancel that reaches it, is a line of
// JSON in the file that is its argument: what the tests count is what happened here, not what the platform says of it.
import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const [, , file] = process.argv;
const note = (line) => appendFileSync(file, `${JSON.stringify(line)}\n`);
const text = (value) => ({ content: [{ type: 'text', text: String(value) }] });
const forever = (signal) => sleep(2 ** 30, undefined, { signal });

/** How often a tool has been begun with these arguments, by any process that writes this file. */
const begun = (tool, { expression }) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter((one) => one.tool === tool && one.expression === expression && one.what === 'called').length;

/** All of them look like a calculator to whoever chooses among tools. */
const tool = (call, annotations = {}, expression = {}) => ({
  description: 'Calculates an arithmetic expression',
  inputSchema: {
    type: 'object',
    properties: { expression: { type: 'string', ...expression } },
    required: ['expression'],
    additionalProperties: false,
  },
  annotations,
  call,
});
const pure = { readOnlyHint: true };
const idempotent = { idempotentHint: true };

const TOOLS = {
  calc_hang: tool((_, signal) => forever(signal), pure),
  calc_hang_once: tool((_, signal) => forever(signal)),
  calc_hang_first: tool((args, signal) => (begun('calc_hang_first', args) > 1 ? text(42) : forever(signal))),
  calc_throw: tool(() => {
    throw new Error('the gears are stuck');
  }, pure),
  calc_megabytes: tool(() => text('0123456789'.repeat(400_000)), pure),
  calc_slow: tool(async (_, signal) => {
    await sleep(2_500, undefined, { signal });
    return text(42);
  }, idempotent),
  calc_strict: tool(() => text('never'), pure, { pattern: '^nothing fits$' }),
  calc_crash: tool(() => process.exit(3), pure),
  calc_count: tool(() => text(42)),
};

serveStdio(() => {
  const server = new Server({ name: 'faulty', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/list', () => ({
    tools: Object.entries(TOOLS).map(([name, { call: _, ...definition }]) => ({ name, ...definition })),
  }));
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq: { signal, _meta } }) => {
    const { name, arguments: args = {} } = params;
    const about = { tool: name, expression: args.expression };
    note({ ...about, what: 'called', traceparent: (_meta ?? params._meta)?.traceparent });
    signal.addEventListener('abort', () => note({ ...about, what: 'cancelled' }));
    return TOOLS[name].call(args, signal);
  });
  return server;
});
