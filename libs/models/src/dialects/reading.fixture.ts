import type { JsonObject } from '../json.js';
import type { DialectEvent } from './dialect-sink.js';
import { DialectReader } from './dialect-reader.js';
import { dialectOf } from './table/index.js';

/** What a text says, whatever the pieces in which it came. */
export interface ReadText {
  content: string;
  reasoning: string;
  calls: { name: string; arguments: unknown }[];
  rejected: { code: string; raw: string }[];
  repairs: string[];
}

export interface ReadOptions {
  tools?: Readonly<Record<string, JsonObject>>;
  thinking?: boolean;
}

export function readText(name: string, pieces: string | readonly string[], options: ReadOptions = {}): ReadText {
  const dialect = dialectOf(name);
  if (dialect === undefined) throw new Error(`no dialect ${name}`);
  const reader = new DialectReader({
    dialect,
    schemaOf: (tool) => options.tools?.[tool],
    thinking: options.thinking ?? false,
  });
  const events = [pieces].flat().flatMap((piece) => reader.push(piece));
  return collect([...events, ...reader.end()]);
}

function collect(events: readonly DialectEvent[]): ReadText {
  const read: ReadText = { content: '', reasoning: '', calls: [], rejected: [], repairs: [] };
  for (const event of events) {
    if (event.type === 'text') read.content += event.text;
    else if (event.type === 'reasoning') read.reasoning += event.text;
    else if (event.type === 'text_was_reasoning') {
      read.reasoning = read.content.trim() + read.reasoning;
      read.content = '';
    } else if (event.type === 'call') {
      const args: unknown = event.call.arguments === '' ? {} : JSON.parse(event.call.arguments);
      read.calls.push({ name: event.call.name, arguments: args });
      read.repairs.push(...event.call.repairs.map(({ code }) => code));
    } else if (event.type === 'calls_doubted') {
      read.rejected.push(...read.calls.map(({ name }) => ({ code: 'malformed_call', raw: name })));
      read.calls = [];
    } else if (event.type === 'rejected') read.rejected.push({ code: event.code, raw: event.raw });
    else read.repairs.push(event.repair.code);
  }
  return read;
}
