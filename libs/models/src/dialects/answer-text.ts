import type { RawCall } from '../calls/raw-call.js';
import type { Repair } from '../model-response.js';
import type { DialectEvent } from './dialect-sink.js';

/** What an event of the text means for whoever collects the answer. */
export interface TextCollector {
  text(text: string): void;
  reasoning(text: string): void;
  /** All text so far was reasoning. */
  textWasReasoning(): void;
  call(call: RawCall): void;
  /** The calls so far, of which none must be executed. */
  calls(): readonly RawCall[];
  repair(repair: Repair): void;
}

/** Hands what a text says to a collector. Calls get their ids, and those that cannot be read keep why. */
export function collectText(events: readonly DialectEvent[], collector: TextCollector, mintCallId: () => string): void {
  for (const event of events) {
    switch (event.type) {
      case 'text':
        collector.text(event.text);
        break;
      case 'reasoning':
        collector.reasoning(event.text);
        break;
      case 'text_was_reasoning':
        collector.textWasReasoning();
        break;
      case 'repair':
        collector.repair(event.repair);
        break;
      case 'call': {
        const { id, name, arguments: args, repairs } = event.call;
        collector.call({ ...blank(mintCallId()), providerId: id, name, fragments: [args], repairs });
        break;
      }
      case 'calls_doubted':
        for (const call of collector.calls()) call.fault ??= { code: 'malformed_call', reason: event.reason };
        break;
      case 'rejected': {
        const fault = { code: event.code, reason: event.reason };
        collector.call({ ...blank(mintCallId()), name: nameWithin(event.raw), fragments: [event.raw], fault });
        break;
      }
    }
  }
}

function blank(callId: string): RawCall {
  return { callId, providerId: '', name: '', fragments: [], repairs: [], doubtful: false };
}

/** For the record: the name that a call that cannot be read most likely meant. Nothing is executed by it. */
function nameWithin(raw: string): string {
  const found = /"(?:tool_)?name"\s*:\s*"([\w.\-:/]{1,128})"|<(?:function|invoke name)="?([\w.\-:/]{1,128})/u.exec(raw);
  return found?.[1] ?? found?.[2] ?? '';
}
