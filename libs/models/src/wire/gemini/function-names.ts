import { createHash } from 'node:crypto';
import type { ToolNames } from '../../calls/tool-names.js';

/** Gemini's names begin with a letter or an underscore; of the other signs that it takes, `ToolNames` uses none. */
const BEGINS_WELL = /^[a-zA-Z_]/;
const MAX_CHARACTERS = 64;

/** Names of functions as Gemini takes them, over the wire names that every API takes. */
export class FunctionNames {
  private readonly toFunction = new Map<string, string>();
  private readonly toWire = new Map<string, string>();

  constructor(
    offered: Iterable<string>,
    private readonly names: ToolNames,
  ) {
    const wireNames = [...new Set([...offered].map((tool) => names.toWire(tool)))];
    // Names that fit keep their spelling, so that a changed one can never take their place.
    for (const name of wireNames) if (BEGINS_WELL.test(name)) this.add(name, name);
    for (const name of wireNames) {
      if (BEGINS_WELL.test(name)) continue;
      const plain = underscored(name);
      this.add(name, this.toWire.has(plain) ? hashed(name) : plain);
    }
  }

  /** The name to send for a tool. Also for tools of the history that are no longer offered. */
  ofTool(tool: string): string {
    const wireName = this.names.toWire(tool);
    return this.toFunction.get(wireName) ?? (BEGINS_WELL.test(wireName) ? wireName : underscored(wireName));
  }

  /**
   * The wire name that a model means. It sometimes writes the namespace in which its own template declares functions
   * (`default_api.get_weather`, `default_api:get_weather`); `prefixed` says so.
   */
  fromModel(name: string): { wireName: string; prefixed: boolean } {
    const known = this.toWire.get(name);
    if (known !== undefined) return { wireName: known, prefixed: false };
    const bare = this.toWire.get(name.replace(/^default_api[.:]/, ''));
    return { wireName: bare ?? name, prefixed: bare !== undefined };
  }

  private add(wireName: string, functionName: string): void {
    this.toFunction.set(wireName, functionName);
    this.toWire.set(functionName, wireName);
  }
}

function underscored(name: string): string {
  return name.length < MAX_CHARACTERS ? `_${name}` : hashed(name);
}

function hashed(name: string): string {
  return `_${name.slice(0, 54)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}
