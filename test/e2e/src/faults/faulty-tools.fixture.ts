import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { connectedToolServer, rest, type System } from '../index.js';

const PROGRAM = fileURLToPath(new URL('./faulty-tools.mjs', import.meta.url));

/** What happened at the tool, as the tool itself saw it. */
export interface ToolNote {
  tool: string;
  expression: string;
  what: 'called' | 'cancelled';
  /** As it came in `_meta`. */
  traceparent?: string;
}

/** The MCP server of `faulty-tools.mjs` behind a system, and the file in which its tools write what happened to them. */
export class FaultyTools {
  private constructor(private readonly file: string) {}

  /** Connects it as a server of tools: `<name>_calc_hang` and so on. */
  static async connect(system: System, name: string, timeoutMs: number): Promise<FaultyTools> {
    const file = join(system.dataDir, `${name}.jsonl`);
    const answer = await rest(system, 'POST', '/v1/tool-servers', {
      body: {
        name,
        kind: 'mcp-stdio',
        command: process.execPath,
        args: [PROGRAM, file],
        timeout_ms: timeoutMs,
      },
    });
    expect(answer.status).toBe(200);
    await connectedToolServer(system, name);
    return new FaultyTools(file);
  }

  async notes(): Promise<ToolNote[]> {
    const text = await readFile(this.file, 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ToolNote);
  }

  /** How often a tool was called, by the expression that it was called with. */
  async calls(tool: string): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const note of await this.notes())
      if (note.tool === tool && note.what === 'called') counts[note.expression] = (counts[note.expression] ?? 0) + 1;
    return counts;
  }
}
