import type { Repair } from '../../model-response.js';
import type { BodyContext, BodyOutcome, BodySyntax } from '../body.js';
import { literalsOf } from '../literals.js';
import type { Reading, TextSource } from '../text-source.js';
import { JSON_NOTATION, takeBracketed } from '../values/json-extent.js';
import { readJson } from '../values/read-json.js';

/** How a name and its JSON arguments are parted. */
export interface RecordSpelling {
  /** Comes between a word for the kind of tool and the name (DeepSeek V3), or between name and arguments (V3.1). */
  separators: readonly string[];
  /** Stands between the name and an id that follows it (Mistral). */
  idMark?: string;
  /** The name is an id at the same time (Kimi's `functions.f:0`). */
  nameIsId?: boolean;
}

const MAX_NAME = 512;

/** A name, something that parts it, and JSON: special-token records (DeepSeek, Kimi, Mistral, Functionary). */
export function recordBody(spelling: RecordSpelling, starts: RegExp): BodySyntax {
  return { starts, read: (source, context) => readRecord(source, context, spelling) };
}

function* readRecord(
  source: TextSource,
  { close, limit }: BodyContext,
  { separators, idMark, nameIsId }: RecordSpelling,
): Reading<BodyOutcome> {
  const marks = literalsOf(...separators, '{', '```', '\n{', ...close, ...(idMark === undefined ? [] : [idMark]));
  const words: string[] = [];
  let id = '';
  let inId = false;
  for (;;) {
    let word = '';
    const mark = yield* marks.next(source, (text) => {
      word += text.slice(0, MAX_NAME - word.length);
    });
    if (mark === undefined) return { kind: 'cut', calls: [] };
    word = word.trim();
    if (inId) id = word;
    else if (word !== '') words.push(word);
    inId = mark === idMark;
    if (!inId && !separators.includes(mark)) break;
    source.take(mark.length);
  }
  // DeepSeek V3 says `function` before the name; where there is one word, it is the name.
  const name = words.length > 1 && words[0] === 'function' ? words.slice(1).join('') : words.join('');
  if (name === '' || !/^[\w.\-:/]+$/u.test(name))
    return { kind: 'broken', calls: [], reason: 'The call does not begin with a name.' };
  const repairs: Repair[] = [];
  const args = yield* readArguments(source, limit, repairs);
  if (args === 'cut') return { kind: 'cut', calls: [] };
  if (args === undefined) return { kind: 'broken', calls: [], reason: `The arguments of ${name} are not valid JSON.` };
  return { kind: 'calls', calls: [{ name, arguments: args, id: nameIsId === true ? name : id, repairs }] };
}

/** JSON, perhaps in a code fence; empty where the call ends without arguments. */
function* readArguments(source: TextSource, limit: number, repairs: Repair[]): Reading<string | undefined> {
  yield* source.skipSpace();
  const fenced = yield* source.eat('```');
  if (fenced) {
    yield* source.eat('json');
    yield* source.skipSpace();
  }
  if ((yield* source.ahead(1)) !== '{') return fenced ? undefined : '';
  const extent = yield* takeBracketed(source, JSON_NOTATION, limit);
  if (extent.end === 'cut') return 'cut';
  const read = extent.end === 'whole' ? readJson(extent.text) : undefined;
  if (read === undefined) return undefined;
  repairs.push(...read.repairs);
  if (fenced) {
    yield* source.skipSpace();
    yield* source.eat('```');
  }
  return JSON.stringify(read.value);
}
