import { randomUUID } from 'node:crypto';
import type { JsonObject, JsonValue } from '@switchyard/models';
import type { SimulatedCall } from '../conversation.js';
import type { Fault } from '../options.js';
import { pieces } from '../tokens.js';
import { asObject } from '../rules/schema.js';
import { GEMINI_PATHS, readGenerateContent } from './gemini-request.js';
import { signatureOf } from './gemini-signature.js';
import { quirked } from './openai-calls.js';
import type { ServerWire, WireError, Writing } from './wire.js';

const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};
const OVERLOADED = 'The model is overloaded. Please try again later.';
const BAD_KEY = 'API_KEY_INVALID';

/** A wrong key is a wrong argument, and there is no 529. */
const FAILURES: ServerWire['failures'] = {
  '401': { ...failure(400, 'API key not valid. Please pass a valid API key.'), type: BAD_KEY },
  '404': failure(404, 'models/simulated is not found for API version v1beta, or is not supported for generateContent.'),
  '429': failure(429, 'You exceeded your current quota, please check your plan and billing details.'),
  '500': failure(500, 'An internal error has occurred. Please retry.'),
  '503': failure(503, OVERLOADED),
  '529': failure(503, OVERLOADED),
};

/** Google's generateContent, with the checks and the signatures of Gemini 3. */
export const geminiWire: ServerWire = {
  basePath: '/v1beta',
  path: GEMINI_PATHS,
  read: readGenerateContent,
  whole: (writing) => {
    const parts = [...saidWhole(writing), ...keptCalls(writing).map((call, place) => callPart(call, place, writing))];
    return chunk(parts, writing, newId(), finishOf(writing));
  },
  events,
  error,
  // Google says in the body how long to wait.
  errorHeaders: () => ({}),
  failures: FAILURES,
  // As it stands in streams that fail: between the events, over several lines.
  errorEvent: () => `${JSON.stringify(error(failure(503, OVERLOADED)), undefined, 2)}\n`,
  overflow: (tokens, window) => ({
    type: 'INVALID_ARGUMENT',
    code: null,
    message: `The input token count (${tokens}) exceeds the maximum number of tokens allowed (${window}).`,
  }),
};

function events(writing: Writing): string[] {
  const { answer, quirk } = writing;
  const id = newId();
  const calls = keptCalls(writing);
  const again =
    quirk?.fault === 'quirk-call-repeated' ? calls.map((call, place) => callPart(call, place, writing)) : [];
  // The signature of a text comes when the text is over, on a part of its own.
  const signature = answer.text === '' ? {} : { thoughtSignature: signatureOf(answer.text) };
  const chunks = [
    [{ text: '' }],
    ...pieces(answer.reasoning).map((text) => [{ text, thought: true }]),
    ...pieces(answer.text, answer.pieceLength).map((text) => [{ text }]),
    ...calls.flatMap((call, place) => streamedCall(call, place, writing)),
  ];
  return [
    ...chunks.map((parts) => line(chunk(parts, writing, id))),
    line(chunk([...again, { text: '', ...signature }], writing, id, finishOf(writing))),
  ];
}

/** STOP is the word for calls, too. */
function finishOf({ answer }: Writing): string {
  return answer.finish === 'length' ? 'MAX_TOKENS' : 'STOP';
}

function saidWhole({ answer }: Writing): JsonObject[] {
  return [
    ...(answer.reasoning === '' ? [] : [{ text: answer.reasoning, thought: true }]),
    ...(answer.text === '' ? [] : [{ text: answer.text, thoughtSignature: signatureOf(answer.text) }]),
  ];
}

/** Cut by the output limit, the last call is missing: calls are written whole or not at all. */
function keptCalls({ answer, quirk }: Writing): SimulatedCall[] {
  const kept = answer.finish === 'length' ? answer.calls.slice(0, -1) : answer.calls;
  return kept.map((call) => quirked(call, quirk?.fault));
}

function callPart(call: SimulatedCall, place: number, { quirk }: Writing): JsonObject {
  const args = quirk?.fault === 'quirk-double-encoded' ? JSON.stringify(call.arguments) : call.arguments;
  return { functionCall: { ...idOf(call, quirk), name: call.name, args }, ...signed(call, place) };
}

/** The parts in which a call is streamed, a chunk each. */
function streamedCall(call: SimulatedCall, place: number, writing: Writing): JsonObject[][] {
  const { quirk } = writing;
  switch (quirk?.fault) {
    case 'quirk-name-split':
      return [
        [{ functionCall: { name: call.name, args: {} }, ...signed(call, place) }],
        [{ functionCall: { args: call.arguments } }],
      ];
    case 'quirk-arguments-streamed':
      return [
        [{ functionCall: { name: call.name, willContinue: true }, ...signed(call, place) }],
        ...partialArguments(call.arguments, '$').map((piece) => [
          { functionCall: { partialArgs: [piece], willContinue: true } },
        ]),
        [{ functionCall: {} }],
      ];
    default:
      return [[callPart(call, place, writing)]];
  }
}

/** Strings come in two pieces, and their end as an empty one. */
function partialArguments(value: JsonValue | undefined, path: string): JsonObject[] {
  if (typeof value === 'string') {
    const half = Math.ceil(value.length / 2);
    const texts = [value.slice(0, half), value.slice(half)];
    return [
      ...texts.map((stringValue) => ({ jsonPath: path, stringValue, willContinue: true })),
      { jsonPath: path, stringValue: '' },
    ];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => partialArguments(item, `${path}[${index}]`));
  const members = asObject(value);
  if (members !== undefined)
    return Object.entries(members).flatMap(([key, member]) =>
      partialArguments(member, `${path}[${JSON.stringify(key)}]`),
    );
  if (typeof value === 'number') return [{ jsonPath: path, numberValue: value }];
  return [
    typeof value === 'boolean' ? { jsonPath: path, boolValue: value } : { jsonPath: path, nullValue: 'NULL_VALUE' },
  ];
}

/** Of the calls of one answer the first is signed. */
function signed({ name, arguments: args }: SimulatedCall, place: number): JsonObject {
  return place === 0 ? { thoughtSignature: signatureOf({ name, args }) } : {};
}

function idOf(call: SimulatedCall, quirk: Fault | undefined): JsonObject {
  return quirk?.fault === 'quirk-id-missing' ? {} : { id: call.id };
}

function chunk(parts: JsonObject[], { tokens, model }: Writing, responseId: string, finishReason?: string): JsonObject {
  const { input, output, reasoning } = tokens;
  return {
    candidates: [
      { content: { parts, role: 'model' }, ...(finishReason === undefined ? {} : { finishReason }), index: 0 },
    ],
    usageMetadata:
      finishReason === undefined
        ? { promptTokenCount: input, totalTokenCount: input }
        : {
            promptTokenCount: input,
            candidatesTokenCount: output - reasoning,
            thoughtsTokenCount: reasoning,
            totalTokenCount: input + output,
          },
    modelVersion: model,
    responseId,
  };
}

function failure(status: number, message: string): WireError {
  return { status, type: STATUSES[status] ?? 'UNKNOWN', message, code: null };
}

function error(given: WireError): JsonObject {
  const { status, message } = given;
  const details = detailsOf(given).map(({ type, ...more }) => ({
    '@type': `type.googleapis.com/google.rpc.${type}`,
    ...more,
  }));
  const named = { code: status, message, status: STATUSES[status] ?? 'UNKNOWN' };
  return { error: details.length === 0 ? named : { ...named, details } };
}

function detailsOf({ status, type, retryAfterMs = 1_000 }: WireError): (JsonObject & { type: string })[] {
  if (type === BAD_KEY) return [{ type: 'ErrorInfo', reason: BAD_KEY, domain: 'googleapis.com' }];
  if (status !== 429) return [];
  return [
    { type: 'QuotaFailure', violations: [{ quotaId: 'GenerateRequestsPerMinutePerProjectPerModel' }] },
    { type: 'RetryInfo', retryDelay: `${retryAfterMs / 1_000}s` },
  ];
}

function newId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 22);
}

function line(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\r\n\r\n`;
}
