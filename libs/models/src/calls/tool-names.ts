import { createHash } from 'node:crypto';

/** What an endpoint takes as a tool's name: letters, digits, `_` and `-`, and nothing else. */
export interface NameRule {
  /** Characters at most. */
  nameLength: number;
  /** It has to begin with a letter or `_`. */
  nameStartsWithLetter: boolean;
}

/** What every wire takes: OpenAI and Bedrock stop at 64 characters; names from MCP servers routinely break this. */
const COMMON_RULE: NameRule = { nameLength: 64, nameStartsWithLetter: false };

const BEGINS_WITH_LETTER = /^[a-zA-Z_]/;
const HASH_DIGITS = 8;

/** Names of tools as the wire allows them, and back. */
export class ToolNames {
  private readonly wireToTool = new Map<string, string>();
  private readonly toolToWire = new Map<string, string>();
  private readonly rule: NameRule | undefined;

  /** @param rule `any` sends every name as it is: text knows no rule */
  constructor(offered: Iterable<string>, rule: NameRule | 'any' = COMMON_RULE) {
    this.rule = rule === 'any' ? undefined : rule;
    const names = [...new Set(offered)];
    // Names that fit keep their spelling, so that a changed one can never take their place.
    for (const name of names) if (this.fits(name)) this.add(name, name);
    for (const name of names) if (!this.fits(name)) this.add(name, this.free(name));
  }

  /** The name to send. Also for tools of the history that are no longer offered. */
  toWire(name: string): string {
    return this.toolToWire.get(name) ?? (this.fits(name) ? name : this.changed(name));
  }

  /** The offered tool of this wire name; `undefined` if there is none. */
  toTool(wireName: string): string | undefined {
    return this.wireToTool.get(wireName);
  }

  /** True if some offered wire name begins like this. */
  isPrefix(text: string): boolean {
    return [...this.wireToTool.keys()].some((name) => name.startsWith(text));
  }

  private add(tool: string, wire: string): void {
    this.toolToWire.set(tool, wire);
    this.wireToTool.set(wire, tool);
  }

  private fits(name: string): boolean {
    if (this.rule === undefined) return true;
    const { nameLength, nameStartsWithLetter } = this.rule;
    return (
      name.length <= nameLength &&
      /^[a-zA-Z0-9_-]+$/.test(name) &&
      (!nameStartsWithLetter || BEGINS_WITH_LETTER.test(name))
    );
  }

  private free(name: string): string {
    const plain = this.cleaned(name);
    return this.fits(plain) && !this.wireToTool.has(plain) ? plain : this.changed(name);
  }

  private changed(name: string): string {
    const digits = createHash('sha256').update(name).digest('hex').slice(0, HASH_DIGITS);
    const length = (this.rule ?? COMMON_RULE).nameLength - HASH_DIGITS - 1;
    return `${this.cleaned(name || 'tool').slice(0, length)}_${digits}`;
  }

  private cleaned(name: string): string {
    const plain = name.replace(/[^a-zA-Z0-9_-]/g, '_');
    return this.rule?.nameStartsWithLetter === true && plain !== '' && !BEGINS_WITH_LETTER.test(plain)
      ? `_${plain}`
      : plain;
  }
}
