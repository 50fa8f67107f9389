// A real MCP server for the tests, over stdio or, with --http, over streamable HTTP on a free port that it prints.
// --legacy: speaks only the 2025 revisions. Its tools do what a test needs, good and bad.
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, inputRequired, Server } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';

const options = new Set(process.argv.slice(2));
const text = (value, more = {}) => ({ content: [{ type: 'text', text: String(value) }], ...more });
const object = (properties = {}, required = []) => ({ type: 'object', properties, required });
const number = { type: 'number' };
const string = { type: 'string' };

const tools = {
  add: {
    description: 'Adds two numbers',
    inputSchema: object({ a: number, b: number }, ['a', 'b']),
    annotations: { readOnlyHint: true },
    call: ({ a, b }) => text(a + b),
  },
  meta: {
    inputSchema: object(),
    annotations: { readOnlyHint: true },
    call: (_, ctx) => text(JSON.stringify(ctx.mcpReq._meta ?? {})),
  },
  environment: {
    inputSchema: object({ name: string }, ['name']),
    annotations: { readOnlyHint: true },
    call: ({ name }) => text(process.env[name] ?? '(not set)'),
  },
  slow: {
    inputSchema: object({ ms: number, log: string }),
    annotations: { idempotentHint: true },
    call: async ({ ms = 60_000, log }, ctx) => {
      const note = (line) => log && appendFileSync(log, `${line}\n`);
      ctx.mcpReq.signal.addEventListener('abort', () => note('cancelled'));
      note('began');
      await sleep(ms, undefined, { signal: ctx.mcpReq.signal });
      return text('done');
    },
  },
  send: {
    description: 'Appends a line: an effect that cannot be taken back',
    inputSchema: object({ file: string, die: { type: 'boolean' } }, ['file']),
    call: ({ file, die }) => {
      appendFileSync(file, 'sent\n');
      if (die) process.exit(1);
      return text('sent');
    },
  },
  put: {
    description: 'Appends its key, and ends its process at the first attempt',
    inputSchema: object({ file: string }, ['file']),
    annotations: { idempotentHint: true },
    call: ({ file }, ctx) => {
      const isFirst = !existsSync(file);
      appendFileSync(file, `${ctx.mcpReq._meta?.['switchyard/idempotency_key']}\n`);
      if (isFirst) process.exit(1);
      return text('put');
    },
  },
  quote: {
    description: 'A price; what it promises it keeps only when it is asked to',
    inputSchema: object({ honest: { type: 'boolean' } }),
    outputSchema: object({ price: number }, ['price']),
    annotations: { readOnlyHint: true },
    call: ({ honest }) => text('a price', { structuredContent: { price: honest ? 12 : 'twelve' } }),
  },
  pid: { inputSchema: object(), annotations: { readOnlyHint: true }, call: () => text(process.pid) },
  fails: { inputSchema: object(), annotations: { readOnlyHint: true }, call: () => text('no luck', { isError: true }) },
  throws: {
    inputSchema: object(),
    annotations: { readOnlyHint: true },
    call: () => {
      throw new Error('thrown inside');
    },
  },
  big: {
    inputSchema: object({ bytes: number }, ['bytes']),
    annotations: { readOnlyHint: true },
    call: ({ bytes }) => text('x'.repeat(bytes)),
  },
  image: {
    inputSchema: object(),
    annotations: { readOnlyHint: true },
    call: () => ({ content: [{ type: 'image', mimeType: 'image/png', data: 'AAAA' }] }),
  },
  structured: {
    inputSchema: object(),
    annotations: { readOnlyHint: true },
    call: () => ({ content: [], structuredContent: { answer: 42 } }),
  },
  bad_schema: { inputSchema: { type: 'object', properties: { a: { type: 'banana' } } }, call: () => text('never') },
  remote_schema: {
    inputSchema: { type: 'object', properties: { a: { $ref: 'http://127.0.0.1:9/schema.json' } } },
    call: () => text('never'),
  },
  'odd.name/with spaces': { inputSchema: object(), annotations: { readOnlyHint: true }, call: () => text('odd') },
  progress: {
    description: 'Says so often that it is at work, then answers; or never does',
    inputSchema: object({ every_ms: number, times: number, answers: { type: 'boolean' } }),
    annotations: { idempotentHint: true },
    call: async ({ every_ms: every = 50, times = 10, answers = true }, { mcpReq }) => {
      for (let progress = 1; progress <= times; progress++) {
        await sleep(every, undefined, { signal: mcpReq.signal });
        const params = { progressToken: mcpReq._meta?.progressToken, progress };
        await mcpReq.notify({ method: 'notifications/progress', params });
      }
      if (!answers) await sleep(60_000, undefined, { signal: mcpReq.signal });
      return text('done at last');
    },
  },
  order: {
    description: 'Asks for a size, then for a yes, then takes effect once',
    inputSchema: object({ file: string }, ['file']),
    call: ({ file }, { mcpReq }) => order(file, mcpReq),
  },
  order_again: {
    description: 'The same, and may be begun again',
    inputSchema: object({ file: string }, ['file']),
    annotations: { idempotentHint: true },
    call: ({ file }, { mcpReq }) => order(file, mcpReq),
  },
  sample: {
    description: 'Asks for a model',
    inputSchema: object(),
    annotations: { readOnlyHint: true },
    call: () =>
      inputRequired({
        inputRequests: {
          model: { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } },
        },
      }),
  },
  busy: {
    inputSchema: object({ rounds: number }),
    annotations: { readOnlyHint: true },
    call: ({ rounds = 1 }, { mcpReq }) => {
      const round = Number(mcpReq.requestState() ?? 0);
      return round < rounds ? inputRequired({ requestState: String(round + 1) }) : text(`asked ${round} times more`);
    },
  },
  complain: {
    description: 'Writes to standard error',
    inputSchema: object({ words: string }, ['words']),
    annotations: { readOnlyHint: true },
    call: ({ words }) => {
      console.error(words);
      return text('complained');
    },
  },
  hoard: {
    description: 'Fills memory, in MiB',
    inputSchema: object({ mib: number }, ['mib']),
    annotations: { readOnlyHint: true },
    call: ({ mib }) => text(Array.from({ length: mib }, () => Buffer.alloc(1_048_576, 1)).length),
  },
  spin: {
    description: 'Keeps the processor busy for good',
    inputSchema: object(),
    annotations: { idempotentHint: true },
    call: () => {
      for (;;) Math.random();
    },
  },
  grow: {
    description: 'Adds a tool and says that the list has changed',
    inputSchema: object(),
    annotations: { idempotentHint: true },
    call: async () => {
      tools.grown = { inputSchema: object(), annotations: { readOnlyHint: true }, call: () => text('grown') };
      await listChanged();
      return text('grew');
    },
  },
  turn: {
    description: 'Changes what "add" says of itself, and says that the list has changed',
    inputSchema: object({ description: string, reads_only: { type: 'boolean' } }, ['description']),
    annotations: { idempotentHint: true },
    call: async ({ description, reads_only: readOnlyHint = true }) => {
      tools.add = { ...tools.add, description, annotations: { readOnlyHint } };
      await listChanged();
      return text('turned');
    },
  },
};

const sizes = {
  message: 'Which size?',
  requestedSchema: {
    type: 'object',
    properties: { size: { type: 'string', enum: ['small', 'large'] }, count: { type: 'integer', default: 1 } },
    required: ['size'],
  },
};
const sure = {
  message: 'Is it sure?',
  requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } }, required: ['sure'] },
};

function order(file, { inputResponses = {}, requestState }) {
  const { size: sized, sure: answer } = inputResponses;
  const state = requestState() ?? '';
  if (!sized && state === '')
    return inputRequired({ inputRequests: { size: inputRequired.elicit(sizes) }, requestState: 'begun' });
  if (sized && sized.action !== 'accept') return text(`not ordered: ${sized.action}`);
  if (!answer)
    return inputRequired({
      inputRequests: { sure: inputRequired.elicit(sure) },
      requestState: JSON.stringify(sized.content),
    });
  const ordered = `${state} ${JSON.stringify(answer.content)}`;
  appendFileSync(file, `${ordered}\n`);
  return text(`ordered: ${ordered}`);
}

const resources = [
  { uri: 'file:///notes.md', name: 'Notes', mimeType: 'text/markdown', description: 'What was noted' },
  { uri: 'file:///dot.png', name: 'Dot', mimeType: 'image/png' },
];
const contents = {
  'file:///notes.md': { mimeType: 'text/markdown', text: '# Noted' },
  'file:///dot.png': { mimeType: 'image/png', blob: 'AAAA' },
};

function offerContents(server) {
  let listings = 0;
  server.setRequestHandler('resources/list', () => ({
    resources: [...resources, ...(options.has('--silent') ? [{ uri: `file:///${++listings}`, name: 'Listing' }] : [])],
  }));
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [{ uriTemplate: 'file:///by/{year}', name: 'By year' }],
  }));
  server.setRequestHandler('resources/read', ({ params: { uri } }) => {
    if (!contents[uri]) throw new Error(`there is no ${uri}`);
    return { contents: [{ uri, ...contents[uri] }] };
  });
  server.setRequestHandler('prompts/list', () => ({
    prompts: [{ name: 'greet', description: 'Greets', arguments: [{ name: 'who', required: true }] }],
  }));
  server.setRequestHandler('prompts/get', ({ params }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Greet ${params.arguments?.who}.` } }],
  }));
  server.setRequestHandler('completion/complete', ({ params: { argument } }) => ({
    completion: { values: ['Ada', 'Alan', 'Grace'].filter((name) => name.startsWith(argument.value)) },
  }));
}

for (const option of options) {
  const name = option.startsWith('--tool=') && option.slice(7);
  if (name)
    tools[name] = {
      description: `It is ${name}`,
      inputSchema: object(),
      annotations: { readOnlyHint: true },
      call: () => text(name),
    };
}

let listChanged = () => undefined;

function factory() {
  const further = options.has('--contents') ? { resources: {}, prompts: {}, completions: {} } : {};
  const server = new Server(
    { name: 'fixture', version: '1.0.0' },
    {
      capabilities: { tools: { listChanged: !options.has('--silent') }, ...further },
      cacheHints: options.has('--silent')
        ? { 'tools/list': { ttlMs: 50 }, 'resources/list': { ttlMs: 60_000 } }
        : undefined,
    },
  );
  if (options.has('--contents')) offerContents(server);
  server.setRequestHandler('tools/list', () => ({
    tools: Object.entries(tools).map(([name, { description, inputSchema, outputSchema, annotations }]) => ({
      name,
      description,
      inputSchema,
      ...(outputSchema ? { outputSchema } : {}),
      annotations,
    })),
  }));
  server.setRequestHandler('tools/call', ({ params }, ctx) => tools[params.name].call(params.arguments ?? {}, ctx));
  if (!options.has('--http')) listChanged = () => server.sendToolListChanged();
  return server;
}

if (options.has('--http')) {
  const handler = createMcpHandler(factory);
  listChanged = () => handler.notify.toolsChanged();
  const node = toNodeHandler(handler);
  const port = Number(process.env.FIXTURE_PORT ?? 0);
  const http = createServer((request, response) => {
    const expected = process.env.FIXTURE_AUTHORIZATION;
    if (expected && request.headers.authorization !== expected) return response.writeHead(401).end();
    return node(request, response);
  });
  http.listen(port, '127.0.0.1', () => console.log(http.address().port));
} else if (options.has('--legacy')) {
  await factory().connect(new StdioServerTransport());
} else if (options.has('--broken')) {
  console.error(`cannot start: the key ${process.env.FIXTURE_KEY} is wrong`);
  // So long that the end of what was written begins within the key.
  if (options.has('--long')) console.error('words '.repeat(130));
  process.exit(3);
} else {
  serveStdio(factory);
}
