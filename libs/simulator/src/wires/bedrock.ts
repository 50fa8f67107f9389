import type { JsonObject } from '@switchyard/models';
import { writeEventFrame } from '@switchyard/models';
import { pieces } from '../tokens.js';
import { BEDROCK_PATHS, readConverse } from './bedrock-request.js';
import { quirked } from './openai-calls.js';
import { retryHeaders } from './retry-headers.js';
import type { ServerWire, WireError, Writing } from './wire.js';

const STOP_REASONS = { stop: 'end_turn', tool_calls: 'tool_use', length: 'max_tokens' } as const;

const EXCEPTIONS: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  403: 'UnrecognizedClientException',
  404: 'ResourceNotFoundException',
  413: 'ValidationException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
};

/** Bedrock's Converse and ConverseStream, with the checks of the real endpoint. Signatures are not checked: no key is known. */
export const bedrockWire: ServerWire = {
  basePath: '/',
  path: BEDROCK_PATHS,
  read: readConverse,
  whole: (writing) => ({
    output: { message: { role: 'assistant', content: blocks(writing) } },
    stopReason: STOP_REASONS[writing.answer.finish],
    ...metadata(writing),
  }),
  events,
  stream: {
    contentType: 'application/vnd.amazon.eventstream',
    // Whole by its checksums, but for its payload.
    malformedEvent: writeEventFrame(headersOf('contentBlockDelta'), Buffer.from('{"delta":')),
  },
  error: ({ message }) => ({ message }),
  errorEvent: () =>
    writeEventFrame(
      {
        ':exception-type': 'serviceUnavailableException',
        ':content-type': 'application/json',
        ':message-type': 'exception',
      },
      Buffer.from(JSON.stringify({ message: 'Bedrock is unable to process your request.' })),
    ),
  failures: {
    '401': failure(403, 'The security token included in the request is invalid.'),
    '404': failure(404, 'Could not resolve the foundation model from the provided model identifier.'),
    '429': failure(429, 'Too many tokens, please wait before trying again.'),
    '500': failure(500, 'The system encountered an unexpected error during processing.'),
    '503': failure(503, 'Bedrock is unable to process your request.'),
    '529': failure(503, 'Too many connections, please wait before trying again.'),
  },
  errorHeaders: (error) => ({
    ...retryHeaders(error),
    'x-amzn-errortype': EXCEPTIONS[error.status] ?? 'InternalServerException',
  }),
  overflow: () => ({ type: '', code: null, message: 'Input is too long for requested model.' }),
};

function events(writing: Writing): Uint8Array[] {
  const content = blocks(writing).flatMap((block, contentBlockIndex) => {
    const delta = (change: JsonObject): Uint8Array => frame('contentBlockDelta', { contentBlockIndex, delta: change });
    const stop = frame('contentBlockStop', { contentBlockIndex });
    const { toolUse } = block;
    if (isCall(toolUse)) {
      const { input, ...start } = toolUse;
      // A tool without arguments streams none; an answer that was cut has half of them.
      const text = Object.keys(input).length === 0 ? '' : JSON.stringify(input);
      const middle = Math.ceil(text.length / 2);
      const halves = [text.slice(0, middle), ...(writing.answer.finish === 'length' ? [] : [text.slice(middle)])];
      return [
        frame('contentBlockStart', { contentBlockIndex, start: { toolUse: start } }),
        ...halves.filter((half) => half !== '').map((half) => delta({ toolUse: { input: half } })),
        stop,
      ];
    }
    if (block['reasoningContent'] !== undefined) {
      return [
        ...pieces(writing.answer.reasoning).map((text) => delta({ reasoningContent: { text } })),
        delta({ reasoningContent: { signature: SIGNATURE } }),
        stop,
      ];
    }
    // Text is not announced.
    return [...pieces(writing.answer.text, writing.answer.pieceLength).map((text) => delta({ text })), stop];
  });
  return [
    frame('messageStart', { role: 'assistant' }),
    ...content,
    frame('messageStop', { stopReason: STOP_REASONS[writing.answer.finish] }),
    frame('metadata', metadata(writing)),
  ];
}

const SIGNATURE = 'c2ltdWxhdGVk';

type Call = { toolUseId: string; name: string; input: JsonObject };

function blocks({ answer, quirk }: Writing): JsonObject[] {
  const { reasoning, text } = answer;
  return [
    ...(reasoning === '' ? [] : [{ reasoningContent: { reasoningText: { text: reasoning, signature: SIGNATURE } } }]),
    ...(text === '' ? [] : [{ text }]),
    ...answer.calls
      .map((call) => quirked(call, quirk?.fault))
      .map((call) => ({ toolUse: { toolUseId: `tooluse_${call.id}`, name: call.name, input: call.arguments } })),
  ];
}

function isCall(value: unknown): value is Call {
  return typeof value === 'object' && value !== null && 'toolUseId' in value;
}

function metadata({ tokens }: Writing): JsonObject {
  return {
    usage: {
      inputTokens: tokens.input,
      outputTokens: tokens.output,
      totalTokens: tokens.input + tokens.output,
      cacheReadInputTokens: 0,
      cacheWriteInputTokens: 0,
    },
    metrics: { latencyMs: 0 },
  };
}

function frame(type: string, payload: JsonObject): Uint8Array {
  return writeEventFrame(headersOf(type), Buffer.from(JSON.stringify(payload)));
}

function headersOf(type: string): Record<string, string> {
  return { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
}

/** What an error is called stands in its headers, by its status. */
function failure(status: number, message: string): WireError {
  return { status, type: '', message, code: null };
}
