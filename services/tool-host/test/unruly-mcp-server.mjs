// An MCP server of 2025-11-25 that does not keep to the protocol: written by hand, for no library would do it.
import { createInterface } from 'node:readline';

const send = (message) => console.log(JSON.stringify({ jsonrpc: '2.0', ...message }));
const tool = (name) => ({ name, inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } });
const text = (value) => ({ content: [{ type: 'text', text: value }] });

const answers = {
  initialize: ({ id }) =>
    send({
      id,
      result: {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'unruly', version: '1' },
      },
    }),
  'tools/list': ({ id }) => send({ id, result: { tools: Object.keys(tools).map(tool) } }),
  'tools/call': ({ id, params }) => tools[params.name](id),
};

const tools = {
  well: (id) => send({ id, result: text('well') }),
  wrong_id: (id) => send({ id: id + 1_000, result: text('for nobody') }),
  twice: (id) => {
    send({ id, result: text('first') });
    send({ id, result: text('second') });
  },
  noise: (id) => {
    console.log('this is no JSON');
    console.log('{"jsonrpc":"1.0","what":[]}');
    send({ id, result: text('after the noise') });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (answers[message.method]) answers[message.method](message);
  else if (message.id !== undefined) send({ id: message.id, error: { code: -32601, message: 'Method not found' } });
}
