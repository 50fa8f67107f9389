import type { JsonValue } from '@switchyard/contracts';

/** Characters that conditions and words look at. */
const MOST = 65_536;
/** Nested deeper, a text is nobody's question. */
const DEEPEST = 16;

/** The text of a task's input: itself, or all texts in it in their order, a line each. Keys are not of it. */
export function inputText(input: JsonValue): string {
  const texts: string[] = [];
  let length = 0;
  const walk = (value: JsonValue, depth: number): void => {
    if (length >= MOST || depth > DEEPEST) return;
    if (typeof value === 'string') {
      texts.push(value);
      length += value.length + 1;
    } else if (Array.isArray(value)) value.forEach((item) => walk(item, depth + 1));
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach((item) => walk(item, depth + 1));
  };
  walk(input, 0);
  return texts.join('\n').slice(0, MOST);
}
