import type { JsonValue } from '@switchyard/contracts';
import { decodeBody, mediaTypeOf, readableText, textKindOf } from '../../builtin/fetch/readable-text.js';
import type { ToolOutput, ToolPart } from '../../tools/tool.js';
import type { ApiAnswer } from '../http/api-client.js';
import type { Operation } from '../operation.js';
import { nextPage } from './next-page.js';
import { trimmed, type ResponseRule } from './response-rules.js';

/** What models take as images. */
const IMAGES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

export interface AnswerOptions {
  /** As it was sent. */
  requested: URL;
  rules: readonly ResponseRule[];
}

/**
 * What an API answered, as a result: JSON cut down by the rules, text, pages as readable text, images. Any status but 2xx is an error
 * that says so, with what the API said of it. None of it is ours: it is data for the model, and nothing here acts on it.
 *
 * @throws SwitchyardError `tool.unsupported_content` for a page that takes too long to read
 */
export function readAnswer(operation: Operation, answer: ApiAnswer, options: AnswerOptions): ToolOutput {
  const { status, headers } = answer;
  const isError = status < 200 || status > 299;
  const { parts, value } = contentOf(answer, isError ? [] : options.rules);
  const next = isError ? undefined : nextPage(operation, value, headers.get('link'), options.requested, options.rules);
  const notes = [
    ...(answer.cut ? [`[Only the first ${answer.body.length} bytes of the answer were read.]`] : []),
    ...(next ? [`[There is another page: call again with the same arguments and ${JSON.stringify(next)}.]`] : []),
  ];
  const head = isError || parts.length === 0 ? [headOf(answer)] : [];
  const texts = [...head, ...parts, ...notes.map((note): ToolPart => ({ type: 'text', text: note }))];
  return { content: joined(texts), isError };
}

function contentOf(answer: ApiAnswer, rules: readonly ResponseRule[]): { parts: ToolPart[]; value?: JsonValue } {
  const { body, headers, url, cut } = answer;
  const contentType = headers.get('content-type') ?? '';
  const type = mediaTypeOf(contentType);
  if (body.length === 0) return { parts: [] };
  if (IMAGES.has(type) && !cut) return { parts: [{ type: 'image', mediaType: type, data: body.toString('base64') }] };
  const kind = textKindOf(contentType);
  if (kind === undefined || (type === '' && body.includes(0)))
    return { parts: [textPart(`[${type || 'Data'}, ${body.length} bytes: not shown.]`)] };
  const text = decodeBody(body, contentType);
  if (kind === 'html') return { parts: [textPart(readableText(text, url.href).text)] };
  const value = cut || rules.length === 0 ? undefined : jsonOf(text, type);
  if (value === undefined) return { parts: [textPart(text)] };
  // As it came where nothing is left out: numbers keep their digits.
  const needsTrimming = rules.some(({ keep, drop }) => keep.length + drop.length > 0);
  return { parts: [textPart(needsTrimming ? JSON.stringify(trimmed(value, rules)) : text)], value };
}

function jsonOf(text: string, type: string): JsonValue | undefined {
  if (!/(^|[/+])json$/.test(type) && !(type === '' && /^\s*[[{]/.test(text))) return undefined;
  try {
    return JSON.parse(withWholeNumbers(text)) as JsonValue;
  } catch {
    // It says that it is JSON and is not: it is shown as the text that it is.
    return undefined;
  }
}

/** Whole numbers that would lose digits are written as texts: they are ids. */
function withWholeNumbers(text: string): string {
  return text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
  );
}

function headOf({ status, statusText, headers }: ApiAnswer): ToolPart {
  const lines = [`HTTP ${status}${statusText === '' ? '' : ` ${statusText.slice(0, 100)}`}`];
  const [location, retryAfter] = [headers.get('location'), headers.get('retry-after')];
  if (status >= 300 && status < 400 && location !== null)
    lines.push(`It redirects to ${location.slice(0, 500)}, which is not followed for a call of this kind.`);
  if (status === 201 && location !== null) lines.push(`Location: ${location.slice(0, 500)}`);
  if (retryAfter !== null) lines.push(`Retry-After: ${retryAfter.slice(0, 50)}`);
  return textPart(lines.join('\n'));
}

/** Texts that follow each other are one. */
function joined(parts: readonly ToolPart[]): ToolPart[] {
  const result: ToolPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.type === 'text' && last?.type === 'text')
      result[result.length - 1] = textPart(`${last.text}\n${part.text}`);
    else result.push(part);
  }
  return result;
}

function textPart(text: string): { type: 'text'; text: string } {
  return { type: 'text', text };
}
