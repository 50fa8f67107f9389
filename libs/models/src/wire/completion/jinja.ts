import { createRequire } from 'node:module';
import type * as Jinja from '@huggingface/jinja';
import { bounded } from '../../calls/bounded.js';
import { ModelError } from '../../model-error.js';
import { strftime } from './strftime.js';

/** Characters of a template; the longest published ones have about 30,000. */
export const MAX_TEMPLATE_LENGTH = 262_144;
/** Characters of a prompt: more than the largest window of today takes. */
const MAX_PROMPT_LENGTH = 64 * 1024 * 1024;
/** The engine takes about a third of a millisecond a message; memory is bounded only by what can be made in this time. */
const RENDER_LIMIT_MS = 5_000;
/** Items of one `range`; templates count messages with it. */
const MAX_RANGE = 100_000;
/** Parsed templates that are kept: a process talks to a few models. */
const KEPT_TEMPLATES = 16;

const load = createRequire(import.meta.url);
let engine: typeof Jinja | undefined;
const parsed = new Map<string, ReturnType<typeof Jinja.parse>>();

/**
 * Renders a chat template (Jinja, as `transformers` does: blocks are trimmed, `raise_exception`, `strftime_now` and `range`
 * are there). Templates are untrusted: they see only `variables`, and have limits. The engine is loaded with the first one.
 *
 * @throws ModelError `model.template_invalid` (cannot be parsed), `model.template_raised` (refuses these messages, or does
 *   what the engine does not know), `model.template_limit` (too long, too slow, too much)
 */
export function renderJinja(source: string, variables: Readonly<Record<string, unknown>>, now: Date): string {
  if (source.length > MAX_TEMPLATE_LENGTH) {
    throw limit(`has ${source.length} characters; at most ${MAX_TEMPLATE_LENGTH} are taken`);
  }
  engine ??= load('@huggingface/jinja') as typeof Jinja;
  const loaded = engine;
  const outcome = bounded(RENDER_LIMIT_MS, () => rendered(loaded, source, variables, now));
  if (outcome === undefined) throw limit(`was not done within ${RENDER_LIMIT_MS} ms`);
  if (outcome.value.length > MAX_PROMPT_LENGTH) throw limit(`wrote more than ${MAX_PROMPT_LENGTH} characters`);
  return outcome.value;
}

function rendered(
  loaded: typeof Jinja,
  source: string,
  variables: Readonly<Record<string, unknown>>,
  now: Date,
): string {
  const { Environment, Interpreter } = loaded;
  const program = programOf(loaded, source);
  try {
    const environment = new Environment();
    const globals = { ...constants(), ...functions(now), ...variables };
    for (const [name, value] of Object.entries(globals)) environment.set(name, value);
    return String(new Interpreter(environment).run(program).value);
  } catch (error) {
    if (ModelError.is(error)) throw error;
    throw new ModelError({
      kind: 'bad_request',
      code: 'model.template_raised',
      message: `The chat template refuses the conversation: ${messageOf(error)}. Give the profile another template, or none for ChatML.`,
      cause: error,
    });
  }
}

function programOf({ parse, tokenize }: typeof Jinja, source: string): ReturnType<typeof Jinja.parse> {
  const known = parsed.get(source);
  if (known !== undefined) return known;
  try {
    const program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
    if (parsed.size >= KEPT_TEMPLATES) parsed.delete(parsed.keys().next().value ?? '');
    parsed.set(source, program);
    return program;
  } catch (error) {
    throw new ModelError({
      kind: 'bad_request',
      code: 'model.template_invalid',
      message: `The chat template cannot be parsed as Jinja: ${messageOf(error)}. Correct template.source in the profile, or leave it out for ChatML.`,
      cause: error,
    });
  }
}

function constants(): Record<string, unknown> {
  return { true: true, false: false, none: null, True: true, False: false, None: null };
}

function functions(now: Date): Record<string, unknown> {
  return {
    raise_exception: (message: unknown) => {
      throw new Error(String(message));
    },
    strftime_now: (format: unknown) => strftime(now, String(format)),
    range: (...bounds: unknown[]) => range(bounds.map(Number)),
  };
}

function range(bounds: readonly number[]): number[] {
  const [start = 0, stop = 0, step = 1] = bounds.length < 2 ? [0, bounds[0] ?? 0] : bounds;
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= MAX_RANGE)) throw limit(`counts further than ${MAX_RANGE}`);
  return Array.from({ length }, (_, index) => start + index * step);
}

function limit(what: string): ModelError {
  return new ModelError({
    kind: 'bad_request',
    code: 'model.template_limit',
    message: `The chat template ${what}. Give the profile the template that is published with the model, or none for ChatML.`,
  });
}

/** By its message: the engine's errors may come from another realm. */
function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message).slice(0, 300).replace(/\.$/u, '');
}
