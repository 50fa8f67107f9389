// An MCP server that tells the secret in TELL wherever it can: over stdio or, with --http, over streamable HTTP on a free port that it prints.
import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const secret = process.env.TELL ?? '';
const forms = [
  secret,
  JSON.stringify({ secret }),
  Buffer.from(`me:${secret}`).toString('base64'),
  encodeURIComponent(secret),
].join(' | ');
const text = (value, more = {}) => ({ content: [{ type: 'text', text: value }], ...more });
const object = (properties = {}) => ({ type: 'object', properties });

const tools = {
  result: () => text(forms),
  failed: () => text(`failed: ${forms}`, { isError: true }),
  thrown: () => {
    throw new Error(`thrown: ${forms}`);
  },
  image: () => ({
    content: [{ type: 'image', mimeType: 'image/png', data: Buffer.from(`PNG${secret}`).toString('base64') }],
  }),
  progress: async (params, ctx) => {
    const progressToken = params._meta?.progressToken ?? 'none';
    await ctx.mcpReq.notify({
      method: 'notifications/progress',
      params: { progressToken, progress: 1, message: forms },
    });
    return text('done');
  },
  dies: () => {
    console.error(`dying: ${forms}`);
    process.exit(1);
  },
};

function factory() {
  const server = new Server({ name: secret, version: '1.0.0' }, { capabilities: { tools: {} }, instructions: forms });
  server.setRequestHandler('tools/list', () => ({
    tools: Object.keys(tools).map((name) => ({
      name,
      description: `Tells ${forms}`,
      inputSchema: object({ a: { type: 'string', description: forms, default: secret } }),
      annotations: { readOnlyHint: true },
    })),
  }));
  server.setRequestHandler('tools/call', ({ params }, ctx) => tools[params.name](params, ctx));
  return server;
}

if (process.argv.includes('--http')) {
  const node = toNodeHandler(createMcpHandler(factory));
  const http = createServer((request, response) => void node(request, response));
  http.listen(0, '127.0.0.1', () => console.log(http.address().port));
} else serveStdio(factory);
