import type { ResultsForm } from '../dialects/prompt-form.js';

/** A result, ready to be shown: its text holds no marks of the frame any more. */
export interface ShownResult {
  name: string;
  id: string;
  text: string;
}

/** Writes the results of one turn's calls, in the order of the calls. */
export function writeResults(
  { each, marks = ['', ''], json = false, separator = '\n' }: ResultsForm,
  results: readonly ShownResult[],
): string {
  const written = results.map((result, index) => {
    const fill = (text: string): string =>
      text.replace(/\{(name|id|index)\}/gu, (_, key: string) =>
        key === 'name' ? result.name : key === 'id' ? result.id : String(index),
      );
    return fill(each[0]) + (json ? JSON.stringify(result.text) : result.text) + fill(each[1]);
  });
  return marks[0] + written.join(separator) + marks[1];
}
