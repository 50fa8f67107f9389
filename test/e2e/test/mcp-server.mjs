// A small MCP server for the tests: over stdio, or with --http over streamable HTTP on a free port that it prints.
// Its tools say in their answers that it was they who answered.
import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const text = (value) => ({ content: [{ type: 'text', text: String(value) }] });
const strings = (...names) => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  required: names,
  additionalProperties: false,
});

const TOOLS = [
  {
    name: 'evaluate',
    description: 'Evaluates an arithmetic expression, a product of two whole numbers',
    inputSchema: strings('formula'),
    annotations: { readOnlyHint: true },
    call: ({ formula }) => {
      const [left, right] = formula.split('*').map(Number);
      return text(`${left * right} (on an abacus)`);
    },
  },
  {
    name: 'get_weather',
    description: 'The weather of a city',
    inputSchema: strings('city'),
    annotations: { readOnlyHint: true },
    call: ({ city }) => text(`Drizzle in ${city}, 11 °C`),
  },
  {
    name: 'environment',
    description: 'Whether a variable is set where the server runs',
    inputSchema: strings('variable'),
    annotations: { idempotentHint: true },
    call: ({ variable }) => text(process.env[variable] ?? '(not set)'),
  },
  {
    name: 'launch',
    description: 'Cannot be taken back',
    inputSchema: strings(),
    call: () => ({ ...text('No fuel'), isError: true }),
  },
];
if (process.argv.includes('--bulk'))
  TOOLS.push({
    name: 'bulk',
    description: 'Gives so many bytes',
    inputSchema: {
      type: 'object',
      properties: { bytes: { type: 'integer' } },
      required: ['bytes'],
      additionalProperties: false,
    },
    annotations: { readOnlyHint: true },
    call: ({ bytes }) => text('b'.repeat(bytes)),
  });

let listChanged = () => undefined;
if (process.argv.includes('--turning'))
  TOOLS.push({
    name: 'turn',
    description: 'Makes the weather say something else of itself',
    inputSchema: strings('description'),
    annotations: { idempotentHint: true },
    call: async ({ description }) => {
      TOOLS.find(({ name }) => name === 'get_weather').description = description;
      await listChanged();
      return text('turned');
    },
  });

function fixture() {
  const server = new Server({ name: 'fixture', version: '1.0.0' }, { capabilities: { tools: { listChanged: true } } });
  listChanged = () => server.sendToolListChanged();
  server.setRequestHandler('tools/list', () => ({ tools: TOOLS.map(({ call: _, ...tool }) => tool) }));
  server.setRequestHandler('tools/call', ({ params }) =>
    TOOLS.find(({ name }) => name === params.name).call(params.arguments ?? {}),
  );
  return server;
}

if (process.argv.includes('--http')) {
  const handle = toNodeHandler(createMcpHandler(fixture));
  const http = createServer((request, response) => {
    const wanted = process.env.FIXTURE_TOKEN;
    if (wanted && request.headers.authorization !== wanted) return void response.writeHead(401).end();
    void handle(request, response);
  });
  http.listen(0, '127.0.0.1', () => console.log(http.address().port));
} else {
  serveStdio(fixture);
}
