import type { RawCall } from '../calls/raw-call.js';
import { settleArguments } from '../calls/raw-call.js';
import type { ToolNames } from '../calls/tool-names.js';
import { collectText } from '../dialects/answer-text.js';
import type { DialectEvent } from '../dialects/dialect-sink.js';
import { DialectReader } from '../dialects/dialect-reader.js';
import { stableStringify } from '../json.js';
import type { ModelEvent, Repair } from '../model-response.js';
import { constrainedPlan } from '../text-mode/constrained-plan.js';
import { ConstrainedReader } from '../text-mode/constrained-reader.js';
import { profileDialect } from './profile-dialect.js';
import { planRequest } from './request-plan.js';
import type { ReaderContext } from './wire-api.js';

/** Where what is found in the text goes. */
export interface TextParts {
  text(text: string): ModelEvent[];
  reasoning(text: string): ModelEvent[];
  textWasReasoning(): void;
  /** A call stands here. */
  call(call: RawCall): void;
  repair(repair: Repair): void;
}

/** What takes the text of an answer apart, and has the calls that stand in it. */
export interface TextReader {
  push(text: string): ModelEvent[];
  /** The text is over. Gives what was held back. */
  end(): ModelEvent[];
  /** The calls in the text, but for those that the server told as well. */
  callsBeside(told: readonly RawCall[], repairs: Repair[]): RawCall[];
}

/**
 * The reader of an answer's text, by the profile's dialect and tool mode; undefined where text is only text.
 *
 * @throws ModelError `model.dialect_unknown`
 */
export function textReader(context: ReaderContext, names: ToolNames, parts: TextParts): TextReader | undefined {
  const { profile } = context.target;
  const plan = profile.tools.mode === 'constrained' ? constrainedPlan(context.request, profile) : undefined;
  const markup = markupReader(context, names, parts);
  return plan === undefined ? markup : new ConstrainedReader(plan, parts, context.mintCallId, markup);
}

/** The reader of a profile's dialect; undefined where text is only text. @throws ModelError `model.dialect_unknown` */
function markupReader(context: ReaderContext, names: ToolNames, parts: TextParts): MarkupReader | undefined {
  const { profile } = context.target;
  const dialect = profileDialect(context.target);
  if (dialect === undefined) return undefined;
  // Values are written for the schemas that the model saw.
  const tools = planRequest(context.request, context.target).request.tools ?? [];
  const schemaOf = (wireName: string) => tools.find((tool) => tool.name === names.toTool(wireName))?.inputSchema;
  const reader = new DialectReader({ dialect, schemaOf, thinking: profile.reasoning.opened });
  return new MarkupReader(reader, parts, context.mintCallId);
}

/** Tells apart what stands in the text of an answer: reasoning and calls that no parser of the server took out. */
export class MarkupReader implements TextReader {
  private readonly calls: RawCall[] = [];

  constructor(
    private readonly reader: DialectReader,
    private readonly parts: TextParts,
    private readonly mintCallId: () => string,
  ) {}

  push(text: string): ModelEvent[] {
    return this.collect(this.reader.push(text));
  }

  end(): ModelEvent[] {
    return this.collect(this.reader.end());
  }

  /** The calls in the text, but for those that the server told as well: some leave the text in place of what they parsed. */
  callsBeside(told: readonly RawCall[], repairs: Repair[]): RawCall[] {
    const known = new Set(told.map(contentOf));
    return this.calls.filter((call) => {
      const repeats = call.fault === undefined && known.has(contentOf(call));
      if (repeats) repairs.push({ code: 'call_repeated', detail: `${call.name} was sent as a call and as text` });
      return !repeats;
    });
  }

  private collect(found: readonly DialectEvent[]): ModelEvent[] {
    const events: ModelEvent[] = [];
    const { parts, calls } = this;
    const collector = {
      text: (text: string) => void events.push(...parts.text(text)),
      reasoning: (text: string) => void events.push(...parts.reasoning(text)),
      textWasReasoning: () => parts.textWasReasoning(),
      repair: (repair: Repair) => parts.repair(repair),
      calls: () => calls,
      call: (call: RawCall) => {
        calls.push(call);
        parts.call(call);
        if (call.fault !== undefined) return;
        events.push({ type: 'tool_call_started', callId: call.callId, name: call.name });
        events.push({ type: 'tool_call_delta', callId: call.callId, arguments: call.fragments.join('') });
      },
    };
    collectText(found, collector, this.mintCallId);
    return events;
  }
}

function contentOf(call: RawCall): string {
  const settled = settleArguments(call.fragments);
  const name = call.name.replace(/^functions\./u, '').replace(/:\d+$/u, '');
  return `${name} ${settled.ok ? stableStringify(settled.value) : call.fragments.join('')}`;
}
