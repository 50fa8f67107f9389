import { types } from 'node:util';
import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { OutcomeInDoubt } from '../tools/outcome-in-doubt.js';
import type { ToolOutput, ToolPart } from '../tools/tool.js';
import { formsOf, MIN_LENGTH } from './secret-forms.js';

interface Form {
  text: string;
  name: string;
}

/** Of values that come and go, such as access tokens: the oldest are forgotten. */
const MAX_PASSING = 64;
const MAX_CAUSES = 8;

/**
 * Takes the values of secrets out of all that a tool or its server says, in every form of `formsOf`; `[secret NAME]` stands there
 * instead. One pass over a text, however many values there are, and none where there are none. A value that comes in pieces, each
 * in a text of its own, is not found.
 */
export class Redactor {
  private readonly lasting = new Map<string, string>();
  private readonly passing = new Map<string, string>();
  /** By their first letters, the longest first. */
  private readonly byBeginning = new Map<string, Form[]>();
  private pattern: RegExp | undefined;
  private longestForm = 0;

  /** Whether there is anything to look for. */
  get isActive(): boolean {
    return this.pattern !== undefined;
  }

  /** Of the longest form, in characters. */
  get longest(): number {
    return this.longestForm;
  }

  add(name: string, value: string): this {
    if (value.trim().length < MIN_LENGTH || this.lasting.has(value)) return this;
    this.lasting.set(value, name);
    this.prepare();
    return this;
  }

  /** A value that another one takes the place of after some time. */
  addPassing(name: string, value: string): void {
    if (value.trim().length < MIN_LENGTH || this.passing.has(value) || this.lasting.has(value)) return;
    const [oldest] = this.passing.size >= MAX_PASSING ? this.passing.keys() : [];
    if (oldest !== undefined) this.passing.delete(oldest);
    this.passing.set(value, name);
    this.prepare();
  }

  text(text: string): string {
    const { pattern } = this;
    if (!pattern || text.length < MIN_LENGTH) return text;
    let shown = '';
    let from = 0;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const at = match.index;
      const form = this.byBeginning.get(match[0])?.find((each) => text.startsWith(each.text, at));
      if (form) {
        shown += `${text.slice(from, at)}[secret ${form.name}]`;
        from = at + form.text.length;
      }
      pattern.lastIndex = form ? from : at + 1;
    }
    return from === 0 ? text : shown + text.slice(from);
  }

  /** With the names of its fields. */
  json<Value extends JsonValue>(value: Value): Value;
  json(value: JsonValue): JsonValue {
    if (!this.isActive) return value;
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') {
      const text = String(value);
      const shown = this.text(text);
      return shown === text ? value : shown;
    }
    if (Array.isArray(value)) return value.map((item) => this.json(item));
    if (typeof value === 'object' && value !== null) return this.object(value);
    return value;
  }

  output(output: ToolOutput): ToolOutput {
    if (!this.isActive) return output;
    const { content, structured } = output;
    return {
      ...output,
      content: content.map((part) => this.part(part)),
      ...(structured === undefined ? {} : { structured: this.json(structured) }),
    };
  }

  /** The same failure without what it must not tell, its causes and traces included. */
  error(error: unknown, depth = 0): unknown {
    if (!this.isActive) return error;
    if (typeof error === 'string') return this.text(error);
    if (!isError(error)) return depth === 0 ? error : undefined;
    const cause = depth < MAX_CAUSES && error.cause !== undefined ? this.error(error.cause, depth + 1) : undefined;
    const shown = this.copyOf(error, cause);
    if (error.stack !== undefined) shown.stack = this.text(error.stack);
    return shown;
  }

  /** As `error`, for one that is known to be coded. */
  coded(error: SwitchyardError): SwitchyardError {
    const shown = this.error(error);
    return shown instanceof SwitchyardError ? shown : error;
  }

  private copyOf(error: Error, cause: unknown): Error {
    const message = this.text(error.message);
    if (error instanceof SwitchyardError) {
      const { code, retryable, details } = error;
      const options = { retryable, details: this.json(details), cause };
      return error instanceof OutcomeInDoubt
        ? new OutcomeInDoubt(code, message, options)
        : new SwitchyardError(code, message, options);
    }
    const copy = new Error(message, cause === undefined ? undefined : { cause });
    copy.name = error.name;
    return 'code' in error && typeof error.code === 'string'
      ? Object.assign(copy, { code: this.text(error.code) })
      : copy;
  }

  private object(value: JsonObject): JsonObject {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [this.text(name), this.json(item)]));
  }

  private part(part: ToolPart): ToolPart {
    if (part.type === 'text') return { ...part, text: this.text(part.text) };
    // What has lost a part of its bytes is no image any more.
    const shown = this.text(part.data);
    return shown === part.data
      ? part
      : { type: 'text', text: '[An image was left out: there was a secret in its data.]' };
  }

  private prepare(): void {
    this.byBeginning.clear();
    const forms = [...this.lasting, ...this.passing].flatMap(([value, name]) =>
      formsOf(value).map((text): Form => ({ text, name })),
    );
    forms.sort((a, b) => b.text.length - a.text.length);
    for (const form of forms) {
      const beginning = form.text.slice(0, MIN_LENGTH);
      const same = this.byBeginning.get(beginning);
      if (same) same.push(form);
      else this.byBeginning.set(beginning, [form]);
    }
    this.longestForm = forms[0]?.text.length ?? 0;
    const beginnings = [...this.byBeginning.keys()].map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
    this.pattern = beginnings.length > 0 ? new RegExp(beginnings.join('|'), 'g') : undefined;
  }
}

/** Of any realm. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}
