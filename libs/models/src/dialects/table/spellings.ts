import type { TagSpelling } from '../bodies/tagged-body.js';

/** `<function=f>` and `<parameter=a>`, a line each: Qwen3-Coder and those who took it over. */
export const FUNCTION_TAGS: TagSpelling = {
  call: { open: '<function=', openEnd: '>', close: '</function>' },
  parameter: { open: '<parameter=', openEnd: '>', close: '</parameter>' },
  lines: true,
};

/** `<invoke name="f">` and `<parameter name="a">`: Anthropic's old prompts, MiniMax M2. */
export const INVOKE_TAGS: TagSpelling = {
  call: { open: '<invoke', openEnd: '>', close: '</invoke>', nameAttribute: 'name' },
  parameter: { open: '<parameter', openEnd: '>', close: '</parameter>', nameAttribute: 'name' },
  lines: false,
};

/** The same behind DeepSeek's mark, with a word for text. */
export const dsmlTags = (mark: string): TagSpelling => ({
  call: { open: `<${mark}invoke`, openEnd: '>', close: `</${mark}invoke>`, nameAttribute: 'name' },
  parameter: { open: `<${mark}parameter`, openEnd: '>', close: `</${mark}parameter>`, nameAttribute: 'name' },
  lines: false,
  typed: 'string',
  bareJson: true,
});

/** DeepSeek's mark: a token of its own, and as models spell it where they write it letter by letter. */
export const DSML_MARK = '｜DSML｜';
export const DSML_MARKS = [DSML_MARK, '|DSML|', '‖DSML‖', '｜｜DSML｜｜', '||DSML||'] as const;
export const DSML_TAGS = dsmlTags(DSML_MARK);

/** Step-3's. */
export const STEP_TAGS: TagSpelling = {
  call: { open: '<steptml:invoke', openEnd: '>', close: '</steptml:invoke>', nameAttribute: 'name' },
  parameter: { open: '<steptml:parameter', openEnd: '>', close: '</steptml:parameter>', nameAttribute: 'name' },
  lines: false,
};

/** MiniCPM 5's. */
export const PARAM_TAGS: TagSpelling = {
  call: { open: '<function', openEnd: '>', close: '</function>', nameAttribute: 'name' },
  parameter: { open: '<param', openEnd: '>', close: '</param>', nameAttribute: 'name' },
  lines: false,
  wrappers: ['<arguments>', '</arguments>'],
  cdata: true,
};

/** Kimi K3's. */
export const XTML_TAGS: TagSpelling = {
  call: { open: '<|open|>call', openEnd: '<|sep|>', close: '<|close|>call<|sep|>', nameAttribute: 'tool' },
  parameter: { open: '<|open|>argument', openEnd: '<|sep|>', close: '<|close|>argument<|sep|>', nameAttribute: 'key' },
  lines: false,
  typed: 'type',
  json: { open: '<|open|>json', openEnd: '<|sep|>', close: '<|close|>json<|sep|>' },
};
