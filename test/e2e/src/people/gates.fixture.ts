import type { ScriptedTurn } from '@switchyard/simulator';
import { ModelGate } from '../faults/model-gate.fixture.js';
import { addBackend } from '../faults/runs.fixture.js';
import type { System } from '../index.js';

/** Backends of a test, each with its own script, whose requests wait for as long as the test likes. */
export class Gates {
  private readonly open: ModelGate[] = [];
  private count = 0;

  constructor(
    private readonly system: () => System,
    private readonly name: string,
  ) {}

  /** @returns the name of a backend that answers so, one turn after the other */
  async add(...script: ScriptedTurn[]): Promise<{ backend: string; gate: ModelGate }> {
    const gate = await ModelGate.start({ script });
    this.open.push(gate);
    this.count += 1;
    const backend = `${this.name}-${this.count}`;
    await addBackend(this.system(), backend, gate.url);
    return { backend, gate };
  }

  async close(): Promise<void> {
    for (const gate of this.open.splice(0)) await gate.close();
  }
}
