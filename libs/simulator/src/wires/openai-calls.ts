import type { JsonObject } from '@switchyard/models';
import type { SimulatedCall } from '../conversation.js';
import type { Writing } from './wire.js';

/** Gives a call the id that it has on a wire. */
export type IdOf = (call: SimulatedCall) => string;

const openaiId: IdOf = (call) => `call_${call.id}`;

/** The entries of `tool_calls` in a stream, in order, with the quirks that were seen at real endpoints. */
export function callEntries(writing: Writing, idOf: IdOf = openaiId): JsonObject[] {
  const quirk = writing.quirk?.fault;
  const entries = writing.answer.calls.flatMap((call, index) =>
    streamedCall(quirked(call, quirk), idOf(call), index, quirk),
  );
  // Cut by the output limit, the last arguments stay open.
  if (writing.answer.finish !== 'length') return entries;
  const kept = entries.slice(0, Math.max(1, entries.length - 1));
  return entries.length === 0 ? [] : kept;
}

/** The calls of a whole answer. */
export function wholeCalls(writing: Writing, idOf: IdOf = openaiId): JsonObject[] {
  const quirk = writing.quirk?.fault;
  const cut = writing.answer.finish === 'length';
  return writing.answer.calls.map((each) => {
    const call = quirked(each, quirk);
    const text = JSON.stringify(call.arguments);
    const written =
      quirk === 'quirk-arguments-object'
        ? call.arguments
        : quirk === 'quirk-double-encoded'
          ? JSON.stringify(text)
          : text;
    return {
      ...(quirk === 'quirk-id-missing' ? {} : { id: idOf(call) }),
      type: 'function',
      function: { name: call.name, arguments: cut && typeof written === 'string' ? written.slice(0, -2) : written },
    };
  });
}

/** What a quirk changes about the call itself. */
export function quirked(call: SimulatedCall, quirk: string | undefined): SimulatedCall {
  if (quirk === 'quirk-unknown-tool') return { ...call, name: `${call.name}_v2` };
  if (quirk === 'quirk-arguments-missing') return { ...call, arguments: {} };
  return call;
}

function streamedCall(call: SimulatedCall, id: string, index: number, quirk: string | undefined): JsonObject[] {
  const text = JSON.stringify(call.arguments);
  const middle = Math.ceil(text.length / 2);
  const halves = [text.slice(0, middle), text.slice(middle)];
  const start = (name: string, written: JsonObject | string): JsonObject => ({
    index,
    ...(quirk === 'quirk-id-missing' ? {} : { id }),
    type: 'function',
    function: { name, arguments: written },
  });
  const more = (written: string): JsonObject => ({ index, function: { arguments: written } });
  switch (quirk) {
    case 'quirk-arguments-object':
      return [start(call.name, call.arguments)];
    case 'quirk-arguments-cumulative':
      return [start(call.name, ''), more(halves[0] ?? ''), more(text)];
    case 'quirk-call-repeated':
      return [start(call.name, ''), ...halves.map(more), start(call.name, text)];
    case 'quirk-double-encoded':
      return [start(call.name, ''), more(JSON.stringify(text))];
    case 'quirk-name-split': {
      const half = Math.ceil(call.name.length / 2);
      return [
        start(call.name.slice(0, half), ''),
        { index, function: { name: call.name.slice(half) } },
        ...halves.map(more),
      ];
    }
    default:
      return [start(call.name, ''), ...halves.map(more)];
  }
}
