import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject, stableStringify } from '../json.js';
import type { ToolCallPart } from '../messages/message.js';
import type { ToolDefinition } from '../model-request.js';
import type { FinishReason, RejectedCall, RejectionCode, Repair } from '../model-response.js';
import { doubtOf } from './argument-doubts.js';
import { coerceArguments } from '../schema/coerce-arguments.js';
import type { Projected } from '../schema/projection.js';
import { asJsonSchema } from '../schema/wire-schema.js';
import { validateArguments } from './argument-validator.js';
import type { RawCall } from './raw-call.js';
import { MAX_ARGUMENT_LEVELS, settleArguments } from './raw-call.js';
import type { ToolNames } from './tool-names.js';

export interface CallJudgement {
  /** Every call, in order. */
  all: ToolCallPart[];
  accepted: ToolCallPart[];
  rejected: RejectedCall[];
  repairs: Repair[];
}

export interface JudgeContext {
  tools: readonly ToolDefinition[];
  names: ToolNames;
  /** By tool, how the schema that the model saw stands to the tool's own; none where it saw that one. */
  projections?: ReadonlyMap<string, Projected>;
  mintCallId: () => string;
  /** Who can read a call's seal. */
  signer: string;
  /** Undefined when the provider gave none. */
  finish: FinishReason | undefined;
}

/** A rejected call's arguments are kept to this many characters: enough to see what went wrong. */
const RAW_LIMIT = 2_000;
/** Of one answer: a thousand nulls that stood for nothing need no thousand lines. */
const MAX_REPAIRS = 100;

/** A reason is read by a model: it names so many tools, and so much of a name. */
const MAX_NAMED = 100;
const MAX_NAME = 200;

/** Decides for each call whether it may be executed: whole, of an offered tool, with arguments that satisfy its schema. */
export function judgeCalls(raw: readonly RawCall[], context: JudgeContext): CallJudgement {
  const judgement: CallJudgement = { all: [], accepted: [], rejected: [], repairs: [] };
  const unwrapped = raw.flatMap((call) => unwrapParallel(call, context, judgement.repairs));
  for (const call of withoutRepeats(unwrapped, judgement.repairs)) judge(call, context, judgement);
  return judgement;
}

function judge(raw: RawCall, context: JudgeContext, judgement: CallJudgement): void {
  const { name, tool } = resolveName(raw, context, judgement.repairs);
  const settledArguments = settleArguments(raw.fragments);
  const call: ToolCallPart = {
    type: 'tool_call',
    id: raw.callId,
    name,
    arguments: settledArguments.ok ? settledArguments.value : {},
    ...(raw.providerId === '' ? {} : { providerId: raw.providerId }),
    ...(raw.seal === undefined ? {} : { seal: { signer: context.signer, value: raw.seal } }),
  };
  judgement.all.push(call);
  judgement.repairs.push(...raw.repairs);
  const reject = (code: RejectionCode, reason: string): void => {
    judgement.rejected.push({ call, code, reason, raw: raw.fragments.join('').slice(0, RAW_LIMIT) });
  };

  if (raw.fault !== undefined) return reject(raw.fault.code, raw.fault.reason);
  if (context.finish !== undefined && context.finish !== 'stop' && context.finish !== 'tool_calls') {
    return reject(
      'truncated',
      `The call was not executed: the answer was cut (${context.finish}) before it was complete.`,
    );
  }
  if (tool === undefined) {
    return reject('unknown_tool', `There is no tool "${name.slice(0, MAX_NAME)}". Offered: ${offeredIn(context)}.`);
  }
  if (!settledArguments.ok) {
    return reject(
      'malformed_arguments',
      `The arguments are not one JSON object that nests at most ${MAX_ARGUMENT_LEVELS} levels deep. Send the call again with valid JSON.`,
    );
  }
  if (settledArguments.empty && context.finish === undefined) {
    // No arguments and no word that the answer is complete: they may be what is missing.
    return reject('truncated', 'The call was not executed: the answer ended before its arguments.');
  }
  judgement.repairs.push(...settledArguments.repairs);
  const doubt = doubtOf(settledArguments.text, settledArguments.value);
  if (doubt !== undefined) return reject('malformed_arguments', doubt);
  const read = readArguments(tool, settledArguments.value, context.projections?.get(tool.name));
  if (!read.ok) return reject(read.code, read.reason);
  call.arguments = read.value;
  judgement.repairs.push(...read.repairs.slice(0, Math.max(0, MAX_REPAIRS - judgement.repairs.length)));
  judgement.accepted.push(call);
}

type ReadArguments =
  { ok: true; value: JsonObject; repairs: Repair[] } | { ok: false; code: RejectionCode; reason: string };

/** Arguments in the author's form, as far as the model was to write them in another one, and checked in the words of what it saw. */
function readArguments(tool: ToolDefinition, written: JsonObject, projection: Projected | undefined): ReadArguments {
  const coerced =
    projection === undefined
      ? { ok: true as const, value: written, coercions: [] }
      : coerceArguments(projection, written);
  const reject = (reason: string): ReadArguments => ({ ok: false, code: 'invalid_arguments', reason });
  if (!coerced.ok) return reject(`The arguments cannot be read with certainty: ${coerced.reason} Send the call again.`);
  const { value } = coerced;
  if (!isJsonObject(value)) return reject('The arguments have to be one JSON object. Send the call again.');
  const verdict = validateArguments(tool.inputSchema, value);
  if (verdict.ok) return { ok: true, value, repairs: coerced.coercions };
  if (verdict.code === 'invalid_arguments' && projection?.coerce !== undefined) {
    const seen = validateArguments(asJsonSchema(projection.schema), written);
    if (!seen.ok && seen.code === 'invalid_arguments') return seen;
  }
  return verdict;
}

function offeredIn({ tools }: JudgeContext): string {
  const named = tools.slice(0, MAX_NAMED).map(({ name }) => name);
  const more = tools.length - named.length;
  return `${named.join(', ') || 'none'}${more > 0 ? `, and ${more} more` : ''}`;
}

/**
 * The offered tool of a call. Some models put their template's `functions.` and `:0` around the name; Kimi drifts to
 * `functions_f_0` in long conversations.
 */
function resolveName(
  raw: RawCall,
  { tools, names }: JudgeContext,
  repairs: Repair[],
): { name: string; tool: ToolDefinition | undefined } {
  const find = (wireName: string): ToolDefinition | undefined => {
    const name = names.toTool(wireName);
    return name === undefined ? undefined : tools.find((tool) => tool.name === name);
  };
  const direct = find(raw.name);
  if (direct !== undefined) return { name: direct.name, tool: direct };
  const unprefixed = raw.name.replace(/^functions[._]/, '');
  const candidates = [unprefixed, unprefixed.replace(/:\d+$/, '')];
  // Without the prefix, `search_2` is another tool than `search`.
  if (unprefixed !== raw.name) candidates.push(unprefixed.replace(/_\d+$/, ''));
  const bare = candidates.find((name) => name !== raw.name && find(name) !== undefined);
  const stripped = bare === undefined ? undefined : find(bare);
  if (stripped === undefined) return { name: raw.name === '' ? 'unnamed_tool' : raw.name, tool: undefined };
  repairs.push({ code: 'name_prefixed', detail: `${raw.name} means ${bare}` });
  return { name: stripped.name, tool: stripped };
}

/** OpenAI models sometimes write their internal wrapper as a call: `{tool_uses: [{recipient_name, parameters}]}`. */
function unwrapParallel(call: RawCall, context: JudgeContext, repairs: Repair[]): RawCall[] {
  if (call.name !== 'multi_tool_use.parallel' && call.name !== 'multi_tool_use_parallel') return [call];
  if (context.names.toTool(call.name) !== undefined) return [call];
  const result = settleArguments(call.fragments);
  const uses: JsonValue | undefined = result.ok ? result.value['tool_uses'] : undefined;
  if (!Array.isArray(uses) || uses.length === 0) return [call];
  repairs.push({ code: 'calls_unwrapped', detail: `${call.name} held ${uses.length} calls` });
  return uses.map((use, index) => {
    const inner = isJsonObject(use) ? use : {};
    return {
      callId: index === 0 ? call.callId : context.mintCallId(),
      providerId: '',
      name: typeof inner['recipient_name'] === 'string' ? inner['recipient_name'] : '',
      fragments: [JSON.stringify(inner['parameters'] ?? {})],
      repairs: index === 0 ? call.repairs : [],
      doubtful: false,
    };
  });
}

/** A call that only repeats an earlier one is executed once. */
function withoutRepeats(calls: readonly RawCall[], repairs: Repair[]): RawCall[] {
  const kept: RawCall[] = [];
  for (const call of calls) {
    const settledArguments = settleArguments(call.fragments);
    const repeats = kept.some((earlier) => {
      if (earlier.name !== call.name) return false;
      if (call.doubtful && settledArguments.ok && settledArguments.empty) return true;
      if (call.providerId === '' || earlier.providerId !== call.providerId || !settledArguments.ok) return false;
      const before = settleArguments(earlier.fragments);
      return before.ok && stableStringify(before.value) === stableStringify(settledArguments.value);
    });
    if (repeats) repairs.push({ code: 'call_repeated', detail: `${call.name} was sent twice` });
    else kept.push(call);
  }
  return kept;
}
