import { parse } from 'csv-parse/sync';
import { SwitchyardError } from '@switchyard/contracts';
import { malformed } from '../../memory/malformed.js';

/** One question: whether the weak model and the strong one were right, 0 or 1. */
export interface MmluPair {
  subject: string;
  baseline: number;
  candidate: number;
}

/** The columns of lm-sys/RouteLLM, routellm/evals/mmlu/responses/mmlu_<subject>.csv. */
const BASELINE = 'mixtral-8x7b-instruct-v0.1';
const CANDIDATE = 'gpt-4-1106-preview';

/**
 * One published file: `prompt` and a column a model, `True` or `False`. Its name has the subject; a column `subject` goes before it, so
 * that all may stand in one file.
 *
 * @throws SwitchyardError `bench.invalid`
 */
export function parseMmlu(text: string, file: string): MmluPair[] {
  const [header = [], ...rows] = rowsOf(text, file);
  const places = { baseline: header.indexOf(BASELINE), candidate: header.indexOf(CANDIDATE) };
  if (places.baseline < 0 || places.candidate < 0)
    throw malformed(file, `has the columns ${header.join(', ')}; it needs ${BASELINE} and ${CANDIDATE}`);
  const subjectAt = header.indexOf('subject');
  if (rows.length === 0) throw malformed(file, 'has no questions');
  return rows.map((row, index) => {
    const where = `${file}, question ${index + 1},`;
    const subject = subjectAt < 0 ? subjectOf(file) : row[subjectAt];
    if (!subject) throw malformed(where, 'has no subject');
    return { subject, baseline: right(row[places.baseline], where), candidate: right(row[places.candidate], where) };
  });
}

function rowsOf(text: string, file: string): string[][] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true });
  } catch (error) {
    throw new SwitchyardError('bench.invalid', `${file} is no CSV. Give the file as it was published.`, {
      cause: error,
    });
  }
}

function right(value: string | undefined, where: string): number {
  if (value === 'True') return 1;
  if (value === 'False') return 0;
  throw malformed(where, `has "${value}", which is neither True nor False`);
}

function subjectOf(file: string): string {
  return file.replace(/^.*\//, '').replace(/^mmlu_|\.csv$/g, '');
}
