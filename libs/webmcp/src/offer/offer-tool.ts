import type { FromSchema, Json, JsonSchema } from '../schema/json-schema.js';
import { faultOfSchema } from '../schema/known-keywords.js';
import { faultsOf } from '../schema/validate.js';
import { answerOf, failedAnswer, MAX_ANSWER_BYTES } from './answer.js';
import { findModelContext, type ModelContext, type RegisterOptions, type ToolHints } from './model-context.js';

/** Names as the specification has them. */
const NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** A tool of a web application. */
export interface WebTool<Schema extends JsonSchema = JsonSchema> extends ToolHints {
  /** 1 to 128 of A-Z a-z 0-9 _ . - */
  name: string;
  title?: string;
  /** What it does and when to use it, for a model. */
  description: string;
  /** JSON Schema of its arguments, an object. Without it there are none. */
  inputSchema?: Schema;
  /** Asks the person at the page before anything is done; false: it is not done, and the agent is told so. */
  confirm?(input: FromSchema<Schema>, extra: ToolExtra): boolean | Promise<boolean>;
  /** Gets arguments that fit the schema. What it gives is answered as JSON, what it throws as an error in its words. */
  execute(input: FromSchema<Schema>, extra: ToolExtra): unknown;
  /** Bytes of one answer; 49,152 where absent. */
  maxAnswerBytes?: number;
}

export interface ToolExtra {
  /** Aborts when the agent has given the call up, or the tool is withdrawn. */
  signal: AbortSignal;
}

export interface OfferOptions extends RegisterOptions {
  /** Where to offer it; the document's own interface where absent. */
  context?: ModelContext;
}

/** A tool that is offered, until `withdraw`. */
export interface Offer {
  readonly name: string;
  /** False where this browser has no agents: nothing is offered, and nothing else is different. */
  readonly offered: boolean;
  withdraw(): void;
}

/**
 * Offers a tool to agents that visit this page.
 *
 * @throws TypeError where the tool cannot be offered to anybody: its name, or a schema that says more than is checked
 */
export function offerTool<const Schema extends JsonSchema>(tool: WebTool<Schema>, options: OfferOptions = {}): Offer {
  const schema: JsonSchema = tool.inputSchema ?? { type: 'object', properties: {}, additionalProperties: false };
  const { name } = tool;
  if (!NAME.test(name)) throw new TypeError(`"${name}" is no name of a tool: 1 to 128 of A-Z a-z 0-9 _ . -`);
  const fault = schema.type === 'object' ? faultOfSchema(schema) : '# must have the type "object"';
  if (fault !== undefined) throw new TypeError(`The schema of "${name}" cannot be used: ${fault}.`);
  const context = options.context ?? findModelContext();
  const withdrawn = new AbortController();
  options.signal?.addEventListener('abort', () => withdrawn.abort(options.signal?.reason), { once: true });
  if (!context || options.signal?.aborted) return { name, offered: false, withdraw: () => withdrawn.abort() };
  const registered = context.registerTool(
    {
      name,
      ...(tool.title === undefined ? {} : { title: tool.title }),
      description: tool.description,
      inputSchema: schema,
      annotations: hintsOf(tool),
      execute: (input, extra) => run(tool, schema, input as Json, signalOf(extra?.signal, withdrawn.signal)),
    },
    { signal: withdrawn.signal, ...(options.exposedTo ? { exposedTo: options.exposedTo } : {}) },
  );
  // What the browser refuses later (a name that is taken) belongs on the page's console.
  Promise.resolve(registered).catch((error: unknown) => console.error(`The tool "${name}" is not offered:`, error));
  // Older interfaces know no signal.
  withdrawn.signal.addEventListener('abort', () => context.unregisterTool?.(name), { once: true });
  return { name, offered: true, withdraw: () => withdrawn.abort() };
}

/** Several at once, withdrawn together. */
export function offerTools(tools: readonly WebTool[], options: OfferOptions = {}): Offer[] {
  return tools.map((tool) => offerTool(tool, options));
}

async function run<Schema extends JsonSchema>(
  tool: WebTool<Schema>,
  schema: JsonSchema,
  input: Json,
  signal: AbortSignal,
): Promise<unknown> {
  const given = input ?? {};
  const faults = faultsOf(schema, given);
  if (faults.length > 0)
    return failedAnswer(`The arguments do not fit: ${faults.join('; ')}. Correct them and call again.`);
  // Checked a line above.
  const args = given as FromSchema<Schema>;
  try {
    signal.throwIfAborted();
    if (tool.confirm && !(await tool.confirm(args, { signal })))
      return failedAnswer(`The person at the page refused "${tool.name}". It was not done.`);
    signal.throwIfAborted();
    return answerOf(tool.name, await tool.execute(args, { signal }), tool.maxAnswerBytes ?? MAX_ANSWER_BYTES);
  } catch (error) {
    return failedAnswer(error instanceof Error ? error.message : String(error));
  }
}

function hintsOf({ readOnlyHint, consequentialHint, untrustedContentHint }: ToolHints): ToolHints {
  return {
    ...(readOnlyHint === undefined ? {} : { readOnlyHint }),
    ...(consequentialHint === undefined ? {} : { consequentialHint }),
    ...(untrustedContentHint === undefined ? {} : { untrustedContentHint }),
  };
}

function signalOf(ofCall: AbortSignal | undefined, ofOffer: AbortSignal): AbortSignal {
  return ofCall ? AbortSignal.any([ofCall, ofOffer]) : ofOffer;
}
