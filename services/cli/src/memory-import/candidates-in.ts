import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { candidate, isObject, unreadable, type Candidate } from './candidate.js';
import { linesOf, MAX_LINE, type Line } from './lines-of.js';
import { isLetta, readLetta } from './read-letta.js';
import { readLine } from './read-line.js';
import { isMem0, readMem0 } from './read-mem0.js';
import { readSwitchyard } from './read-switchyard.js';

export const FORMATS = ['auto', 'jsonl', 'switchyard', 'mem0', 'letta'] as const;
export type Format = (typeof FORMATS)[number];

/** Bytes of a document (mem0, Letta) at most: it is read as a whole. Lines have no such limit. */
const MAX_DOCUMENT = 256 * 1024 * 1024;

/**
 * What may become memories in a file. `auto`: by the first line, where that is an object of its own; else by the shape of
 * the document.
 *
 * @throws SwitchyardError `import.invalid` where the file as a whole cannot be read, `import.too_large`
 */
export async function* candidatesIn(input: AsyncIterable<Uint8Array>, format: Format): AsyncGenerator<Candidate> {
  if (format === 'jsonl') yield* inLines(linesOf(input), readLine);
  else if (format === 'switchyard') yield* inLines(linesOf(input), readSwitchyard);
  else if (format !== 'auto') yield* inDocument(await wholeOf(input), format);
  else {
    const { head, rest } = await headOf(input);
    const reader = readerOf(head);
    if (reader) yield* inLines(linesOf(rest), reader);
    else yield* inDocument(await wholeOf(rest), 'auto');
  }
}

async function* inLines(lines: AsyncIterable<Line>, read: (line: JsonObject) => JsonObject): AsyncGenerator<Candidate> {
  for await (const line of lines) {
    const at = `line ${line.number}`;
    if ('error' in line) yield { at, error: line.error };
    else
      yield candidate(at, () => {
        const json = parsed(line.text);
        if (!isObject(json)) throw unreadable('It is not a JSON object.');
        return read(json);
      });
  }
}

function inDocument(text: string, format: 'auto' | 'mem0' | 'letta'): Candidate[] {
  const document = parsed(text);
  if (document === undefined) throw unreadable('The file is neither JSON nor JSON lines.');
  if (format === 'mem0' || (format === 'auto' && isMem0(document))) return readMem0(document);
  if (format === 'letta' || (format === 'auto' && isLetta(document))) return readLetta(document);
  throw unreadable('The file is of no format that is known. Name it with --format: jsonl, switchyard, mem0 or letta.');
}

/** How its lines are read; undefined where they are not objects of their own with a text. */
function readerOf(head: string): ((line: JsonObject) => JsonObject) | undefined {
  const first = parsed(head.split('\n').find((line) => line.trim() !== '') ?? '');
  if (!isObject(first)) return undefined;
  if (isObject(first['memory'])) return readSwitchyard;
  return 'text' in first && !isLetta(first) ? readLine : undefined;
}

/** Its beginning, as far as a first line may go, and all of it. */
async function headOf(input: AsyncIterable<Uint8Array>): Promise<{ head: string; rest: AsyncIterable<Uint8Array> }> {
  const iterator = input[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let size = 0;
  let isDone = false;
  while (!isDone && size <= MAX_LINE) {
    const next = await iterator.next();
    if (next.done) isDone = true;
    else {
      read.push(next.value);
      size += next.value.length;
    }
  }
  const head = Buffer.concat(read)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  return { head, rest: again(read, iterator, isDone) };
}

async function* again(
  read: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
  isDone: boolean,
): AsyncGenerator<Uint8Array> {
  yield* read;
  while (!isDone) {
    const next = await iterator.next();
    if (next.done) return;
    yield next.value;
  }
}

async function wholeOf(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    size += chunk.length;
    if (size > MAX_DOCUMENT)
      throw new SwitchyardError(
        'import.too_large',
        `The file has more than ${MAX_DOCUMENT} bytes, and is read as one document. Give it as JSON lines, or in parts.`,
      );
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new SwitchyardError('import.invalid', 'The file is not UTF-8.', { cause });
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // Said by the caller, who knows what it should have been.
    return undefined;
  }
}
