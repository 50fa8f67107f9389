import type { WireApiName } from '@switchyard/models';
import { WIRE_API_NAMES } from '@switchyard/models';
import type { FaultKind } from './options.js';

/** Every wire that the simulator serves. */
export const APIS = WIRE_API_NAMES;

/** Wires that cannot be told to call one tool after the other. */
export const WITHOUT_SERIAL_CALLS: ReadonlySet<WireApiName> = new Set<WireApiName>([
  'gemini',
  'bedrock',
  'cohere',
  'ollama',
  'completion',
]);

const CHAT_QUIRKS: readonly FaultKind[] = [
  'quirk-arguments-object',
  'quirk-arguments-cumulative',
  'quirk-call-repeated',
  'quirk-double-encoded',
  'quirk-finish-stop',
  'quirk-id-missing',
  'quirk-name-split',
];

/** The tool-call quirks that can occur on a wire. */
export const QUIRKS: Readonly<Record<WireApiName, readonly FaultKind[]>> = {
  'openai-chat': CHAT_QUIRKS,
  anthropic: [],
  'openai-responses': [
    'quirk-arguments-object',
    'quirk-arguments-cumulative',
    'quirk-call-repeated',
    'quirk-double-encoded',
    'quirk-id-missing',
  ],
  gemini: [
    'quirk-call-repeated',
    'quirk-double-encoded',
    'quirk-id-missing',
    'quirk-name-split',
    'quirk-arguments-streamed',
  ],
  bedrock: [],
  mistral: CHAT_QUIRKS,
  cohere: CHAT_QUIRKS,
  // Arguments are objects, names are whole, and there is no word for an end with calls.
  ollama: ['quirk-call-repeated', 'quirk-id-missing'],
  // Calls are text.
  completion: [],
};
