import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SwitchyardClient } from '@switchyard/client';
import type { MeasuredSystem } from './system.js';

/** Long enough for the client to be connected to the event stream before the first token is sent. */
const HEAD_START_MS = 60;

/** From the moment a model endpoint writes its first token to the moment a client of the gateway has it, in ms. */
export async function measureFirstToken(system: MeasuredSystem, count: number): Promise<number[]> {
  const client = new SwitchyardClient({ url: system.gatewayUrl, apiKey: system.apiKey });
  let sentAt = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', async () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      await delay(HEAD_START_MS);
      sentAt = performance.now();
      response.write(chunk({ role: 'assistant', content: 'first' }));
      await delay(5);
      response.write(chunk({ content: ' last' }));
      response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await client.backends.apply({
      name: 'bench-stream',
      base_url: `http://127.0.0.1:${port}/v1`,
      api: 'openai-chat',
      model: 'stream',
    });
    const figures: number[] = [];
    // The executor notices a new backend within seconds; that wait is not measured.
    for (let index = -1; index < count; index++) {
      const { runId } = await client.tasks.submit({ agent: 'assistant', input: 'hello', backend: 'bench-stream' });
      for await (const signal of client.runs.events(runId)) {
        if (signal.type !== 'delta' || signal.delta.kind !== 'text') continue;
        if (index >= 0) figures.push(performance.now() - sentAt);
        break;
      }
    }
    return figures;
  } finally {
    await client.backends.remove('bench-stream');
    server.close();
  }
}

function chunk(delta: object, finish: string | null = null): string {
  const body = {
    id: 'bench',
    object: 'chat.completion.chunk',
    model: 'stream',
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
  return `data: ${JSON.stringify(body)}\n\n`;
}
