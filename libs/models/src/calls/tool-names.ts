import { createHash } from 'node:crypto';

/** What every wire takes: OpenAI and Bedrock stop at 64 characters; names from MCP servers routinely break this. */
const ALLOWED = /^[a-zA-Z0-9_-]{1,64}$/;

/** Names of tools as the wire allows them, and back. */
export class ToolNames {
  private readonly wireToTool = new Map<string, string>();
  private readonly toolToWire = new Map<string, string>();

  /** @param allowed names that are sent as they are; text knows no rule, and takes them all */
  constructor(
    offered: Iterable<string>,
    private readonly allowed = ALLOWED,
  ) {
    const names = [...new Set(offered)];
    // Names that fit keep their spelling, so that a changed one can never take their place.
    for (const name of names) if (allowed.test(name)) this.add(name, name);
    for (const name of names) if (!allowed.test(name)) this.add(name, this.free(name));
  }

  /** The name to send. Also for tools of the history that are no longer offered. */
  toWire(name: string): string {
    return this.toolToWire.get(name) ?? (this.allowed.test(name) ? name : changed(name));
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

  private free(name: string): string {
    const plain = name.replace(/[^a-zA-Z0-9_-]/g, '_');
    return plain !== '' && plain.length <= 64 && !this.wireToTool.has(plain) ? plain : changed(name);
  }
}

function changed(name: string): string {
  const digits = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 55) || 'tool'}_${digits}`;
}
