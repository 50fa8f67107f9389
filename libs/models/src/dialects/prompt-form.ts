/** A pair of marks. */
export type Marks = readonly [open: string, close: string];

/**
 * How one tool is written.
 * - `openai`: JSON of `{"type": "function", "function": {…}}`
 * - `function`: JSON of name, description and parameters
 * - `tags`: a tag for each of these, and for each parameter (Qwen3-Coder)
 * - `markdown`: a heading with the name, and the parameters as JSON (DeepSeek V3)
 * - `typescript`: a type of a function (harmony, Functionary)
 * - `braces`: Gemma's notation, with the mark in which it puts text
 */
export type ToolEntry = 'openai' | 'function' | 'tags' | 'markdown' | 'typescript' | { braces: string };

/** How the tools that are offered stand in the prompt. */
export interface ToolsForm {
  entry: ToolEntry;
  /** Around all of them. */
  marks?: Marks;
  /** Around each. */
  each?: Marks;
  /** They are one JSON list; otherwise each begins a line. */
  list?: boolean;
}

/** How the results of a turn's calls stand in the message after it, in the order of the calls. */
export interface ResultsForm {
  /** Around each; `{name}`, `{id}` and `{index}` are those of its call. */
  each: Marks;
  /** Around all of them. */
  marks?: Marks;
  /** What a result says is written as a JSON string. */
  json?: boolean;
  /** Between two. Default: a line break. */
  separator?: string;
}

/** How a model is told of tools and results in its prompt, as its published chat template does. */
export interface PromptForm {
  tools: ToolsForm;
  results: ResultsForm;
}

/** Of models without a form of their own: what Hermes, Qwen, Granite and GLM share. */
export const DEFAULT_PROMPT: PromptForm = {
  tools: { marks: ['<tools>\n', '\n</tools>'], entry: 'openai' },
  results: { each: ['<tool_response>\n', '\n</tool_response>'] },
};
