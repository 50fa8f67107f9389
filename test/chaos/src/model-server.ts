import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { addTo } from './group.js';
import { closeServer, listen } from './listen.js';
import type { Pulse } from './pulse.js';
import { outputOf, type ProgramCall } from './program.js';
import { readConversation, type ChatMessage } from './read-conversation.js';
import type { Random } from './random.js';

/** A request for one turn of a program, as the model's side has seen it. */
export interface ModelRequestSeen {
  /** From 1. */
  turn: number;
  /** Milliseconds since 1970. */
  at: number;
}

/** Slow enough for failures to meet a turn in its middle. */
const THINK_MS = 120;
const PIECE = 12;

/**
 * A model that does what the program in the first user message says; it speaks OpenAI's chat completions, streamed. It
 * remembers nothing but who asked when: all that it answers follows from the conversation that it is given.
 */
export class ModelServer {
  /** By program. */
  readonly seen = new Map<string, ModelRequestSeen[]>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  url = '';

  constructor(
    private readonly random: Random,
    private readonly pulse: Pulse,
  ) {}

  async start(): Promise<this> {
    this.url = `http://127.0.0.1:${await listen(this.#server)}/v1`;
    return this;
  }

  stop(): Promise<void> {
    return closeServer(this.#server);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = this.pulse.earliest();
    try {
      const { messages } = JSON.parse(await textOf(request)) as { messages: ChatMessage[] };
      const { program, turn, done, heard } = readConversation(messages);
      addTo(this.seen, program.id, { turn: turn + 1, at });
      await delay(this.random.between(0, THINK_MS));
      const calls = program.turns[turn] ?? [];
      const chunks = calls.length > 0 ? callChunks(calls) : textChunks(outputOf(program.id, done, heard));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const chunk of chunks) {
        response.write(`data: ${JSON.stringify(chunk)}\n\n`);
        await delay(this.random.between(0, 4));
      }
      response.end('data: [DONE]\n\n');
    } catch (error) {
      // An executor that died has closed the request; anything else is told to whoever asks, and fails the run visibly.
      if (!response.headersSent) response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: String(error), type: 'invalid_request_error' } }));
    }
  }
}

function callChunks(calls: readonly ProgramCall[]): object[] {
  const parts = calls.map((call, index) => ({
    index,
    id: `c_${call.step}`,
    type: 'function',
    function: functionOf(call),
  }));
  return [
    ...parts.map((part) => chunk({ role: 'assistant', content: null, tool_calls: [part] })),
    chunk({}, 'tool_calls'),
    usageChunk(),
  ];
}

function functionOf(call: ProgramCall): { name: string; arguments: string } {
  switch (call.do) {
    case 'sleep':
      return { name: 'sleep', arguments: JSON.stringify({ seconds: call.seconds }) };
    case 'ask':
      return { name: 'ask_user', arguments: JSON.stringify({ question: `What of ${call.step}?` }) };
    case 'child':
      return { name: 'agent_program', arguments: JSON.stringify({ input: JSON.stringify(call.program) }) };
    default:
      return { name: `witness_${call.do}`, arguments: JSON.stringify({ step: call.step }) };
  }
}

function textChunks(text: string): object[] {
  const pieces = text.match(new RegExp(`[^]{1,${PIECE}}`, 'g')) ?? [];
  return [...pieces.map((content) => chunk({ role: 'assistant', content })), chunk({}, 'stop'), usageChunk()];
}

function chunk(delta: object, finish_reason: string | null = null): object {
  return { id: 'r', object: 'chat.completion.chunk', model: 'program', choices: [{ index: 0, delta, finish_reason }] };
}

function usageChunk(): object {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  return { id: 'r', object: 'chat.completion.chunk', model: 'program', choices: [], usage };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}
