import type { ToolDefinition } from '@switchyard/contracts';

/** Characters of what a tool says of itself, in a list of found ones: it stands whole beside the tool from then on. */
const MAX_DESCRIPTION = 600;
/** Characters of a schema; a larger one is only shown with the tool. */
const MAX_SCHEMA = 2_000;

/** What a model is told of the tools that it found. Pure. */
export function describeFound(found: readonly ToolDefinition[], all: number): string {
  if (found.length === 0)
    return `None of your ${all} tools fits these words. Say it in other words, or more simply: a verb and a thing.`;
  const count = found.length === 1 ? '1 tool fits' : `${found.length} tools fit`;
  return [`${count}, the best first. You can call them from now on.`, ...found.map(describe)].join('\n');
}

function describe({ name, description, parameters }: ToolDefinition): string {
  const schema = JSON.stringify(parameters ?? { type: 'object' });
  // One line each: what a tool says of itself cannot look like another tool of the list.
  const said = description.replace(/\s+/gu, ' ').trim();
  const short = said.length > MAX_DESCRIPTION ? `${said.slice(0, MAX_DESCRIPTION - 1)}…` : said;
  return `- ${name}: ${short} Arguments: ${schema.length > MAX_SCHEMA ? 'as its schema says, which you see from now on.' : schema}`;
}
