import {
  create,
  KeptTextSchema,
  timestampFromDate,
  toErrorInfo,
  ToolResultSchema,
  type JsonObject,
  type ToolResult,
} from '@switchyard/contracts';
import type { Preview } from '../results/preview.js';
import { limitedResult, limitOutput } from '../tools/output-limit.js';
import { OutcomeInDoubt } from '../tools/outcome-in-doubt.js';
import type { Effect, ToolOutput, ToolPart } from '../tools/tool.js';

/** When a call ran. */
export interface Timing {
  startedAt: Date;
  durationMs: number;
}

/** Errors are read by a model: a screenful is enough. */
const MAX_ERROR_BYTES = 4_096;

/**
 * What a tool gave, cut to its limit. A tool that says itself that it failed is an error with code `tool.failed`.
 *
 * @throws SwitchyardError `tool.output_too_large`
 */
export function resultOf(callId: string, output: ToolOutput, maxBytes: number, timing: Timing): ToolResult {
  const { content, truncated } = limitedResult(output.content, maxBytes);
  const outcome = output.isError
    ? { status: 'error', error: { code: 'tool.failed', message: summary(content) } }
    : { status: 'ok' };
  return create(ToolResultSchema, { callId, ...outcome, content: content.map(toStruct), truncated, ...timed(timing) });
}

/** What stands for an output that is kept whole elsewhere. @throws SwitchyardError `tool.output_too_large`, for its images */
export function previewedResult(callId: string, output: ToolOutput, preview: Preview, timing: Timing): ToolResult {
  const { hash, characters, lines, cut } = preview.whole;
  // The preview is as large as the limit allows, and its note comes on top.
  const bytes = preview.content.reduce(
    (sum, part) => sum + (part.type === 'text' ? Buffer.byteLength(part.text) : 0),
    0,
  );
  const result = resultOf(callId, { ...output, content: preview.content }, bytes, timing);
  return create(ToolResultSchema, {
    ...result,
    truncated: true,
    kept: create(KeptTextSchema, { hash, characters, lines, cut }),
  });
}

/**
 * A failure as a result. Of an irreversible call that was begun, an outcome in doubt is `unknown`: whether the effect
 * happened is for a person to find out. The content says the same as the error, for the model.
 */
export function failureOf(callId: string, error: unknown, effect: Effect, timing: Timing): ToolResult {
  const info = toErrorInfo(error);
  if (info.code === 'internal') info.code = 'tool.failed';
  const { content, truncated } = limitOutput([{ type: 'text', text: info.message }], MAX_ERROR_BYTES);
  info.message = summary(content);
  const inDoubt = effect === 'irreversible' && error instanceof OutcomeInDoubt;
  return create(ToolResultSchema, {
    callId,
    status: inDoubt ? 'unknown' : 'error',
    content: content.map(toStruct),
    error: info,
    truncated,
    ...timed(timing),
  });
}

function timed({ startedAt, durationMs }: Timing) {
  return { startedAt: timestampFromDate(startedAt), durationMs };
}

function toStruct(part: ToolPart): JsonObject {
  return { ...part };
}

function summary(content: readonly ToolPart[]): string {
  const texts = content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  return texts.join('\n').slice(0, MAX_ERROR_BYTES) || 'The tool says that it failed, and nothing more.';
}
