import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server was asked. */
export interface Asked {
  authorization: string | undefined;
  model: string;
  input: string[];
}

export interface EmbeddingsServer {
  url: string;
  asked: Asked[];
  /** What it does instead of answering well; undefined: it answers well. */
  fault: { status: number; body?: string; headers?: Record<string, string> } | undefined;
  /** It refuses requests with a text of which this is true, as a server does that is given too many tokens. */
  refuses: (text: string) => boolean;
  dimensions: number;
  close(): Promise<void>;
}

/** An endpoint with OpenAI's embeddings API on the loopback: texts are near that have words in common. */
export async function embeddingsServer(dimensions = 32): Promise<EmbeddingsServer> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      const { model, input } = JSON.parse(text) as { model: string; input: string[] };
      state.asked.push({ authorization: request.headers.authorization, model, input });
      if (state.fault) {
        response.writeHead(state.fault.status, state.fault.headers).end(state.fault.body ?? '');
        return;
      }
      if (input.some(state.refuses)) {
        response.writeHead(400).end('{"error":{"message":"maximum context length"}}');
        return;
      }
      const data = input.map((each, index) => ({
        object: 'embedding',
        index,
        embedding: bagOfWords(each, state.dimensions),
      }));
      // In an order of its own: the index says whose it is.
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ object: 'list', data: data.reverse(), model, usage: { prompt_tokens: 1, total_tokens: 1 } }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const state: EmbeddingsServer = {
    url: `http://127.0.0.1:${port}/v1`,
    asked: [],
    fault: undefined,
    refuses: () => false,
    dimensions,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return state;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function bagOfWords(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0.001);
  for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
    const place = [...word].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % dimensions, 7);
    vector[place] = (vector[place] ?? 0) + 1;
  }
  return vector;
}
