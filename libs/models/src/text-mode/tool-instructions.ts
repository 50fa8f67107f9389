import type { Dialect } from '../dialects/dialect.js';
import type { PromptForm, ResultsForm } from '../dialects/prompt-form.js';
import { callsOpenAnswer } from '../dialects/write-answer.js';
import type { WrittenCall } from '../dialects/body.js';
import type { ToolChoice } from '../model-request.js';
import type { ShownTool } from './write-tools.js';
import { writeTools } from './write-tools.js';
import { writeResults } from './write-results.js';

/** What is said of tools in the instructions. */
export interface ToolInstructions {
  dialect: Dialect;
  prompt: PromptForm;
  tools: readonly ShownTool[];
  /** A named tool by the name that the model is to write. */
  choice: Exclude<ToolChoice, 'none'>;
  parallel: boolean;
}

/** Tells a model in words and by example which tools there are, how to call them, and what comes back. */
export function toolInstructions({ dialect, prompt, tools, choice, parallel }: ToolInstructions): string {
  const call: WrittenCall = {
    id: '',
    name: 'TOOL_NAME',
    arguments: { PARAMETER: 'VALUE' },
    schema: { type: 'object', properties: { PARAMETER: { type: 'string' } } },
  };
  const once = dialect.write([call]);
  const alone = callsOpenAnswer(dialect, once) ? ' Write nothing before it.' : '';
  const several = parallel
    ? `Several calls at once:\n${dialect.write([call, { ...call, name: 'OTHER_TOOL' }])}`
    : 'Write one call at a time, and wait for its result.';
  return [
    `# Tools\n\nThese tools can be called:\n${writeTools(prompt.tools, tools)}`,
    `To call a tool, end your answer with the call in exactly this form, the words in capitals replaced.${alone}\n${once}`,
    several,
    tellResults(prompt.results),
    'Never write a result yourself. Where no tool is needed, answer without a call.',
    ...demand(choice),
  ].join('\n\n');
}

/** Tells where results are found. */
export function tellResults(form: ResultsForm): string {
  const result = writeResults(form, [{ name: 'TOOL_NAME', id: 'ID', text: 'RESULT' }]);
  return `Results come in the next message, in the order of the calls:\n${result}`;
}

/** What a demanded call is in words: nothing else can force it. */
export function demand(choice: ToolChoice): string[] {
  if (choice === 'auto' || choice === 'none') return [];
  return choice === 'required'
    ? ['In your next answer you must call at least one of the tools.']
    : [`In your next answer you must call the tool ${choice.name}, and no other.`];
}

/** For a request that allows no calls, in a conversation that has some. */
export const NO_CALLS = 'No tool can be called now: answer in words, from what is known already.';
